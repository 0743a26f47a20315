//! Our own loop of accepting connections: with limits on how many, how slow and how large their beginnings
//! may be, and an end that finishes what has begun.

mod lasting;

pub use lasting::Lasting;

use crate::routes::Front;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use lasting::Leaving;
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// Longest that the head of a request may take, and longest that an idle connection is kept.
const HEAD_TIME: Duration = Duration::from_secs(10);
/// Largest head of a request, in bytes; cookies and addresses of ours are a tenth of it.
const HEAD_BYTES: usize = 32 * 1024;
/// Longest that a reader may stand still while we have something to send.
const STANDSTILL: Duration = Duration::from_secs(40);
/// Time to finish what has begun when the server ends.
const FAREWELL: Duration = Duration::from_secs(8);

/// How many connections at once.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// In all.
    pub connections: usize,
    /// From one address; a whole school sits behind one.
    pub per_address: usize,
}

/// Serves until `closing`, then finishes what has begun.
pub async fn serve(listener: TcpListener, front: Front, limits: Limits, closing: CancellationToken) {
    let (tasks, counts) = (TaskTracker::new(), Counts::default());
    let builder = Arc::new(builder());
    loop {
        let accepted = tokio::select! {
            () = closing.cancelled() => break,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(why) => {
                // Out of file handles, or a peer that went away already: neither may end the loop.
                tracing::warn!("Could not accept a connection: {why}");
                sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let Some(place) = counts.take(peer.ip(), limits) else { continue };
        let _ = stream.set_nodelay(true);
        let (front, builder, closing) = (front.clone(), builder.clone(), closing.clone());
        tasks.spawn(async move {
            let _place = place;
            connection(stream, peer, front, &builder, closing).await;
        });
    }
    drop(listener);
    tasks.close();
    if timeout(FAREWELL, tasks.wait()).await.is_err() {
        tracing::warn!("Some connections did not end in time");
    }
}

fn builder() -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_BYTES)
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(64)
        .max_header_list_size(HEAD_BYTES as u32)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(HEAD_TIME);
    builder
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    front: Front,
    builder: &auto::Builder<TokioExecutor>,
    closing: CancellationToken,
) {
    let (socket, leaving) = (Socket::new(stream), Leaving::default());
    let (taken_from, leaves) = (socket.clone(), leaving.clone());
    // On the heap: an answer's state is thousands of bytes, and a connection that stays open would keep the room.
    let service = service_fn(move |request: Request<Incoming>| {
        let (front, asked, socket, leaving) = (front.clone(), request.version(), taken_from.clone(), leaves.clone());
        Box::pin(async move {
            let Ok(answer) = front.answer(request, peer).await;
            leaving.sort(answer, asked, &socket)
        })
    });
    let mut connection = Box::pin(builder.serve_connection(TokioIo::new(Patient::new(socket)), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.as_mut().await
        }
    };
    drop(connection);
    match (leaving.left(), ended) {
        // Boxed as well: what only lasting answers need is not kept for all.
        (Some((stream, answer)), _) => Box::pin(lasting::tell(stream, answer)).await,
        // Browsers leave in the middle all the time.
        (None, Err(why)) => tracing::debug!("A connection ended early: {why}"),
        (None, Ok(())) => {}
    }
}

/// A socket that can be taken out of its connection.
#[derive(Clone)]
struct Socket(Arc<Mutex<Option<TcpStream>>>);

impl Socket {
    fn new(stream: TcpStream) -> Socket {
        Socket(Arc::new(Mutex::new(Some(stream))))
    }

    /// The socket itself, once.
    fn take(&self) -> Option<TcpStream> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Asks it something, unless it was taken.
    fn with<T>(&self, ask: impl FnOnce(Pin<&mut TcpStream>) -> Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        match self.0.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(stream) => ask(Pin::new(stream)),
            None => Poll::Ready(Err(io::ErrorKind::NotConnected.into())),
        }
    }
}

/// Connections by address.
#[derive(Debug, Clone, Default)]
struct Counts(Arc<Mutex<(usize, HashMap<IpAddr, usize>)>>);

/// One connection's place; dropping it gives it up.
struct Place {
    counts: Counts,
    address: IpAddr,
}

impl Counts {
    fn take(&self, address: IpAddr, limits: Limits) -> Option<Place> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = counts.1.get(&address).copied().unwrap_or(0);
        if counts.0 >= limits.connections || own >= limits.per_address {
            return None;
        }
        counts.0 += 1;
        counts.1.insert(address, own + 1);
        Some(Place { counts: self.clone(), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.0 -= 1;
        match counts.1.get_mut(&self.address) {
            Some(own) if *own > 1 => *own -= 1,
            _ => {
                counts.1.remove(&self.address);
            }
        }
    }
}

/// A stream that gives up a reader who stands still: whoever asks and never reads would hold our memory.
struct Patient {
    socket: Socket,
    patience: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(socket: Socket) -> Patient {
        Patient { socket, patience: None }
    }

    fn judge(&mut self, written: Poll<io::Result<usize>>, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if written.is_ready() {
            self.patience = None;
            return written;
        }
        let patience =
            self.patience.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(Instant::now() + STANDSTILL)));
        match patience.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        self.socket.with(|stream| stream.poll_read(context, buffer))
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = self.socket.with(|stream| stream.poll_write(context, bytes));
        self.judge(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = self.socket.with(|stream| stream.poll_write_vectored(context, bytes));
        self.judge(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.with(|stream| stream.poll_flush(context))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.socket.with(|stream| stream.poll_shutdown(context))
    }
}
