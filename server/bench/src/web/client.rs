//! A client that costs little: one request at a time on each connection, answers read to their end.

use crate::Outcome;
use crate::stats::{self, Times};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What a while of asking came to.
pub struct Load {
    /// Answers per second.
    pub rate: f64,
    /// Time of each.
    pub times: Times,
}

/// Asks for a path on so many connections for so long.
pub async fn load(address: &str, path: &str, connections: usize, time: Duration) -> Outcome<Load> {
    let began = stats::now();
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (address, path) = (address.to_owned(), path.to_owned());
        asking.spawn(async move {
            let mut line = Line::open(&address, &path).await?;
            let mut times = Times::default();
            while began.elapsed() < time {
                let one = stats::now();
                line.ask().await?;
                times.add(one.elapsed());
            }
            Outcome::Ok(times)
        });
    }
    let mut times = Times::default();
    while let Some(asked) = asking.join_next().await {
        times.extend(asked??);
    }
    Ok(Load { rate: stats::per_second(times.len(), began.elapsed()), times })
}

/// A page as text.
pub async fn page(address: &str, path: &str) -> Outcome<String> {
    let mut line = Line::open(address, path).await?;
    line.ask().await?;
    Ok(String::from_utf8_lossy(&line.buffer).into_owned())
}

/// Bytes of an answer, head included.
pub async fn size(address: &str, path: &str) -> Outcome<usize> {
    let mut line = Line::open(address, path).await?;
    line.ask().await?;
    Ok(line.buffer.len())
}

/// One connection, kept alive.
struct Line {
    stream: TcpStream,
    request: Vec<u8>,
    /// The last answer, as it came.
    buffer: Vec<u8>,
}

impl Line {
    async fn open(address: &str, path: &str) -> Outcome<Line> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let request =
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\nUser-Agent: jikao-bench\r\n\r\n");
        Ok(Line { stream, request: request.into_bytes(), buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Asks once and reads the whole answer. Anything but 200 is an error.
    async fn ask(&mut self) -> Outcome<()> {
        self.stream.write_all(&self.request).await?;
        self.buffer.clear();
        let head = loop {
            self.more().await?;
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(&self.buffer[..head])?.to_ascii_lowercase();
        if !text.starts_with("http/1.1 200 ") {
            return Err(text.lines().next().unwrap_or("no answer").to_owned().into());
        }
        let header = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        if let Some(length) = header("content-length:") {
            let whole = head + length.parse::<usize>()?;
            while self.buffer.len() < whole {
                self.more().await?;
            }
            return Ok(());
        }
        if header("transfer-encoding:") != Some("chunked") {
            return Err("an answer without length".into());
        }
        let mut at = head;
        loop {
            let end = loop {
                if let Some(end) = find(&self.buffer[at..], b"\r\n") {
                    break at + end;
                }
                self.more().await?;
            };
            let size = usize::from_str_radix(std::str::from_utf8(&self.buffer[at..end])?, 16)?;
            at = end + 2 + size + 2;
            while self.buffer.len() < at {
                self.more().await?;
            }
            if size == 0 {
                return Ok(());
            }
        }
    }

    async fn more(&mut self) -> Outcome<()> {
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err("the server hung up in the middle of an answer".into()),
            _ => Ok(()),
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn answering(answer: &'static [u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            // In two pieces, as the network likes it.
            let (first, second) = answer.split_at(answer.len() / 2);
            stream.write_all(first).await.unwrap();
            tokio::time::sleep(Duration::from_millis(20)).await;
            stream.write_all(second).await.unwrap();
        });
        address
    }

    #[tokio::test]
    async fn answers_are_read_to_their_end_in_either_form() {
        let plain = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789";
        assert_eq!(size(&answering(plain).await, "/").await.unwrap(), plain.len());
        let chunked =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\nA\r\n0123456789\r\n0\r\n\r\n";
        assert_eq!(size(&answering(chunked).await, "/").await.unwrap(), chunked.len());
        assert!(page(&answering(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await, "/").await.is_err());
        assert!(page(&answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01").await, "/").await.is_err());
    }
}
