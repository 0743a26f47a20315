//! Our own loop of accepting connections: with limits on how many, how slow and how large their beginnings
//! may be, and an end that finishes what has begun.

use crate::routes::Front;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
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
    // On the heap: an answer's state is thousands of bytes, and a stream that is open for hours would keep the room.
    let service = service_fn(move |request: Request<Incoming>| Box::pin(front.clone().answer(request, peer)));
    let connection = builder.serve_connection(TokioIo::new(Patient::new(stream)), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(why) = ended {
        // Browsers leave in the middle all the time.
        tracing::debug!("A connection ended early: {why}");
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
    stream: TcpStream,
    patience: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(stream: TcpStream) -> Patient {
        Patient { stream, patience: None }
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
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, bytes);
        self.judge(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
