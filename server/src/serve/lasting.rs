//! Answers that last for hours. A connection of hyper keeps two buffers of 8 KB for as long as it is open; ten thousand pages that
//! listen would hold 160 MB of them for a few words an hour. Such an answer leaves it: its socket is taken out of the connection, which
//! ends, and what is to be said is written straight to it until one side goes.

use super::{STANDSTILL, Socket};
use axum::body::Body;
use axum::http::response::Parts;
use axum::http::{Response, Version, header};
use bytes::Bytes;
use http_body_util::BodyExt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Most that a reader may say unasked; a browser says nothing.
const UNASKED: usize = 16 * 1024;

/// Marks an answer that lasts (in its extensions).
#[derive(Debug, Clone, Copy)]
pub struct Lasting;

/// Why a connection of hyper ended: its socket goes on without it.
#[derive(Debug, thiserror::Error)]
#[error("the answer lasts longer than its connection")]
pub(super) struct Left;

/// Where a connection leaves the answer that goes on without it.
#[derive(Clone, Default)]
pub(super) struct Leaving(Arc<Mutex<Option<(TcpStream, Response<Body>)>>>);

impl Leaving {
    /// Hands an answer to hyper, or takes it away together with the socket. HTTP/2 shares a socket, and HTTP/1.0 is for the old: both
    /// stay with hyper.
    pub fn sort(&self, answer: Response<Body>, asked: Version, socket: &Socket) -> Result<Response<Body>, Left> {
        if asked != Version::HTTP_11 || answer.extensions().get::<Lasting>().is_none() {
            return Ok(answer);
        }
        let Some(stream) = socket.take() else { return Ok(answer) };
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((stream, answer));
        Err(Left)
    }

    /// What goes on, once the connection has ended.
    pub fn left(&self) -> Option<(TcpStream, Response<Body>)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Says the answer until it ends, its reader goes, or stands still for too long.
pub(super) async fn tell(mut stream: TcpStream, answer: Response<Body>) {
    let (parts, body) = answer.into_parts();
    if let Err(why) = say(&mut stream, &parts, body).await {
        // Browsers leave in the middle all the time.
        tracing::debug!("A lasting answer ended early: {why}");
    }
}

async fn say(stream: &mut TcpStream, parts: &Parts, mut body: Body) -> io::Result<()> {
    #[allow(
        clippy::disallowed_methods,
        reason = "the header Date is the machine's clock, whatever day a demonstration plays on"
    )]
    let now = SystemTime::now();
    write(stream, &head(parts, now)).await?;
    let (mut unasked, mut said) = ([0; 64], 0);
    loop {
        tokio::select! {
            frame = body.frame() => match frame {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(bytes) => write(stream, &bytes).await?,
                    Err(_trailers) => {}
                },
                Some(Err(why)) => return Err(io::Error::other(why)),
                None => return stream.shutdown().await,
            },
            // Nothing more is expected from the reader; the end of its side says that it has gone.
            ready = stream.readable() => {
                ready?;
                match stream.try_read(&mut unasked) {
                    Ok(0) => return Ok(()),
                    // Whoever talks on and on would keep us busy with throwing it away.
                    Ok(read) => {
                        said += read;
                        if said > UNASKED {
                            return Err(io::ErrorKind::InvalidData.into());
                        }
                    }
                    Err(why) if why.kind() == io::ErrorKind::WouldBlock => {}
                    Err(why) => return Err(why),
                }
            }
        }
    }
}

async fn write(stream: &mut TcpStream, bytes: &[u8]) -> io::Result<()> {
    timeout(STANDSTILL, stream.write_all(bytes)).await.map_err(|_late| io::Error::from(io::ErrorKind::TimedOut))?
}

/// Status line and headers. The answer ends with its connection (RFC 9112, 6.3), so its pieces need no lengths.
fn head(parts: &Parts, now: SystemTime) -> Bytes {
    let mut out = Vec::with_capacity(1024);
    let reason = parts.status.canonical_reason().unwrap_or_default();
    out.extend_from_slice(format!("HTTP/1.1 {} {reason}\r\n", parts.status.as_str()).as_bytes());
    let of_hyper = [header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING, header::DATE];
    for (name, value) in parts.headers.iter().filter(|(name, _)| !of_hyper.contains(name)) {
        out.extend_from_slice(name.as_str().as_bytes());
        out.extend_from_slice(b": ");
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(format!("date: {}\r\nconnection: close\r\n\r\n", httpdate::fmt_http_date(now)).as_bytes());
    out.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::{HeaderValue, StatusCode};
    use futures::stream;
    use std::convert::Infallible;
    use std::time::{Duration, UNIX_EPOCH};
    use tokio::io::AsyncReadExt;
    use tokio::net::TcpListener;
    use tokio::sync::mpsc;

    fn answer(body: Body) -> Response<Body> {
        let mut answer = Response::new(body);
        answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        answer.headers_mut().append(header::SET_COOKIE, HeaderValue::from_static("a=1"));
        answer.headers_mut().append(header::SET_COOKIE, HeaderValue::from_static("b=2"));
        answer.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("7"));
        answer.extensions_mut().insert(Lasting);
        answer
    }

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (reader, accepted) = tokio::join!(TcpStream::connect(listener.local_addr().unwrap()), listener.accept());
        (reader.unwrap(), accepted.unwrap().0)
    }

    #[test]
    fn the_head_says_that_the_answer_ends_with_its_connection() {
        let (mut parts, _) = answer(Body::empty()).into_parts();
        parts.status = StatusCode::OK;
        let head = head(&parts, UNIX_EPOCH + Duration::from_secs(784_111_777));
        assert_eq!(
            std::str::from_utf8(&head).unwrap(),
            "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n\
             date: Sun, 06 Nov 1994 08:49:37 GMT\r\nconnection: close\r\n\r\n"
        );
    }

    #[tokio::test]
    async fn what_is_said_arrives_as_it_is_said_and_the_end_with_it() {
        let (mut reader, ours) = pair().await;
        let (words, heard) = mpsc::channel::<&'static str>(1);
        let pieces = stream::unfold(heard, async |mut heard| {
            let word = heard.recv().await?;
            Some((Ok::<_, Infallible>(Bytes::from_static(word.as_bytes())), heard))
        });
        let telling = tokio::spawn(tell(ours, answer(Body::from_stream(pieces))));
        let mut got = vec![0; 4096];
        let mut text = String::new();
        for word in ["data: 1\n\n", "data: 2\n\n"] {
            words.send(word).await.unwrap();
            while !text.ends_with(word) {
                let read = reader.read(&mut got).await.unwrap();
                assert!(read > 0, "ended early: {text}");
                text.push_str(std::str::from_utf8(&got[..read]).unwrap());
            }
        }
        drop(words);
        assert_eq!(reader.read(&mut got).await.unwrap(), 0);
        telling.await.unwrap();
        assert!(text.contains("\r\n\r\ndata: 1\n\ndata: 2\n\n"), "{text}");
    }

    #[tokio::test]
    async fn a_reader_who_goes_ends_it() {
        let (reader, ours) = pair().await;
        let telling =
            tokio::spawn(tell(ours, answer(Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()))));
        drop(reader);
        telling.await.unwrap();
    }

    #[tokio::test]
    async fn a_reader_who_talks_and_talks_is_left() {
        let (mut reader, ours) = pair().await;
        let telling =
            tokio::spawn(tell(ours, answer(Body::from_stream(stream::pending::<Result<Bytes, Infallible>>()))));
        // A line of a browser that hopes for another answer does no harm.
        reader.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let talking = async { while reader.write_all(&[b'x'; 1024]).await.is_ok() {} };
        tokio::join!(talking, async { telling.await.unwrap() });
    }

    #[tokio::test]
    async fn only_what_lasts_and_has_a_socket_of_its_own_leaves() {
        for (asked, leaves) in [(Version::HTTP_11, true), (Version::HTTP_10, false), (Version::HTTP_2, false)] {
            let (_reader, ours) = pair().await;
            let (socket, leaving) = (Socket::new(ours), Leaving::default());
            assert!(leaving.sort(Response::new(Body::empty()), asked, &socket).is_ok());
            assert_eq!(leaving.sort(answer(Body::empty()), asked, &socket).is_err(), leaves, "{asked:?}");
            assert_eq!((leaving.left().is_some(), socket.take().is_none()), (leaves, leaves), "{asked:?}");
        }
    }
}
