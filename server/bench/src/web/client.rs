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

/// Asks for a path on so many connections for so long, taking answers in `encoding` (`gzip`; nothing: as they are).
pub async fn load(address: &str, path: &str, encoding: &str, connections: usize, time: Duration) -> Outcome<Load> {
    let began = stats::now();
    let mut asking = tokio::task::JoinSet::new();
    for _ in 0..connections {
        let (address, path, encoding) = (address.to_owned(), path.to_owned(), encoding.to_owned());
        asking.spawn(async move {
            let mut line = Line::open(&address, &path, &encoding).await?;
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
    let mut line = Line::open(address, path, "").await?;
    line.ask().await?;
    Ok(String::from_utf8_lossy(&line.buffer).into_owned())
}

/// A page as text, as somebody signed in sees it.
pub async fn page_with(address: &str, path: &str, cookie: &str) -> Outcome<String> {
    let mut line = Line::open(address, path, "").await?;
    let request = String::from_utf8(line.request)?.replacen("\r\n\r\n", &format!("\r\nCookie: {cookie}\r\n\r\n"), 1);
    line.request = request.into_bytes();
    line.ask().await?;
    Ok(String::from_utf8_lossy(&line.buffer).into_owned())
}

/// Bytes of an answer, head included.
pub async fn size(address: &str, path: &str, encoding: &str) -> Outcome<usize> {
    let mut line = Line::open(address, path, encoding).await?;
    line.ask().await?;
    Ok(line.buffer.len())
}

/// What came of a form: status, head and body.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Status line and headers.
    pub head: String,
    /// The body; chunks are not put together.
    pub body: String,
}

/// Sends a form as a script of ours does, or as a browser without script.
pub async fn post(address: &str, path: &str, cookie: &str, form: &str, script: bool) -> Outcome<Answer> {
    let accept = if script { "application/json" } else { "text/html" };
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nAccept: {accept}\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    exchange(address, request).await
}

async fn exchange(address: &str, request: String) -> Outcome<Answer> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let mut line = Line { stream, request: request.into_bytes(), buffer: Vec::new() };
    let (head, status) = line.exchange().await?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Answer { status, head: text(&line.buffer[..head]), body: text(&line.buffer[head..]) })
}

/// One connection, kept alive.
struct Line {
    stream: TcpStream,
    request: Vec<u8>,
    /// The last answer, as it came.
    buffer: Vec<u8>,
}

impl Line {
    async fn open(address: &str, path: &str, encoding: &str) -> Outcome<Line> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let takes = if encoding.is_empty() { String::new() } else { format!("Accept-Encoding: {encoding}\r\n") };
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\n{takes}User-Agent: jikao-bench\r\n\r\n"
        );
        Ok(Line { stream, request: request.into_bytes(), buffer: Vec::with_capacity(64 * 1024) })
    }

    /// Asks once and reads the whole answer. Anything but 200 is an error.
    async fn ask(&mut self) -> Outcome<()> {
        match self.exchange().await? {
            (_, 200) => Ok(()),
            (_, status) => Err(format!("answered {status}").into()),
        }
    }

    /// Asks once and reads the whole answer: the length of its head, and its status.
    async fn exchange(&mut self) -> Outcome<(usize, u16)> {
        self.stream.write_all(&self.request).await?;
        self.buffer.clear();
        let head = loop {
            self.more().await?;
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
        };
        let text = std::str::from_utf8(&self.buffer[..head])?.to_ascii_lowercase();
        let status = text.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("no answer")?;
        let header = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        if let Some(length) = header("content-length:") {
            let whole = head + length.parse::<usize>()?;
            while self.buffer.len() < whole {
                self.more().await?;
            }
            return Ok((head, status));
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
                return Ok((head, status));
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
        assert_eq!(size(&answering(plain).await, "/", "").await.unwrap(), plain.len());
        let chunked =
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n01234\r\nA\r\n0123456789\r\n0\r\n\r\n";
        assert_eq!(size(&answering(chunked).await, "/", "gzip").await.unwrap(), chunked.len());
        assert!(page(&answering(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").await, "/").await.is_err());
        assert!(page(&answering(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01").await, "/").await.is_err());
    }
}
