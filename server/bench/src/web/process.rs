//! Servers as processes of their own; they end with their handle.

use super::client;
use crate::Outcome;
use crate::stats;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Longest a server may take to answer for the first time: the first start fills the demonstration.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that runs.
pub struct Process {
    child: Child,
    /// Where it listens.
    pub address: String,
    /// How long it took to its first answer.
    pub began: Duration,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It keeps nothing that matters; if it is gone already, so much the better.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Process {
    /// Ends it at once, as a power cut of the process alone: `kill -9`.
    pub fn kill(mut self) -> Outcome<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Resident memory in KB, where the system tells.
    pub fn memory_kb(&self) -> Option<u32> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
        line.trim().strip_suffix(" kB")?.trim().parse().ok()
    }
}

/// The demonstration, from a release build, with its data in `folder`.
pub async fn jikao(server: &Path, folder: &Path) -> Outcome<Process> {
    let process = start(server, "demo", &folder.join("data"), &[]).await?;
    // It answers before everything of the demonstration is there; what is measured next should not share the machine with that.
    let began = stats::now();
    while client::page(&process.address, "/demo/furnished").await.is_err() {
        if began.elapsed() > PATIENCE {
            return Err(format!("{} demo is not complete after a minute", server.display()).into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(process)
}

/// `jikao` with this command and these settings, once it answers.
pub async fn start(server: &Path, command: &str, data: &Path, settings: &[(&str, &str)]) -> Outcome<Process> {
    if !server.is_file() {
        return Err(format!("{} is not built; `make bench` does", server.display()).into());
    }
    let address = free_address()?;
    let began = stats::now();
    let child = Command::new(std::path::absolute(server)?)
        .arg(command)
        .env("JIKAO_DATA", data)
        .env("JIKAO_LISTEN", &address)
        .envs(settings.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        // Its log is written as ever, one line for each request, and read by nobody.
        .stderr(Stdio::null())
        .spawn()?;
    let mut process = Process { child, address, began: Duration::ZERO };
    while client::page(&process.address, "/healthz").await.is_err() {
        if began.elapsed() > PATIENCE || process.child.try_wait()?.is_some() {
            return Err(format!("{} {command} does not answer", server.display()).into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    process.began = began.elapsed();
    Ok(process)
}

/// This program again, serving two kilobytes.
pub fn two_kilobytes() -> Outcome<Process> {
    let mut child = Command::new(std::env::current_exe()?).arg("--two-kilobytes").stdout(Stdio::piped()).spawn()?;
    let mut port = String::new();
    if let Some(out) = child.stdout.take() {
        BufReader::new(out).read_line(&mut port)?;
    }
    Ok(Process { child, address: format!("127.0.0.1:{}", port.trim()), began: Duration::ZERO })
}

/// nginx with a file of two kilobytes, where it is installed.
pub fn nginx(folder: &Path, page: &str) -> Outcome<Option<Process>> {
    let (address, folder) = (free_address()?, std::path::absolute(folder)?.join("nginx"));
    std::fs::create_dir_all(folder.join("html"))?;
    std::fs::write(folder.join("html/index.html"), page)?;
    let settings = format!(
        "worker_processes auto; daemon off; error_log stderr; pid {0}/pid;
         events {{ worker_connections 1024; }}
         http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=100;
             client_body_temp_path {0}/a; proxy_temp_path {0}/b; fastcgi_temp_path {0}/c; uwsgi_temp_path {0}/d; scgi_temp_path {0}/e;
             server {{ listen {address}; root {0}/html; }} }}",
        folder.display()
    );
    std::fs::write(folder.join("nginx.conf"), settings)?;
    let begun = Command::new("nginx")
        .arg("-e")
        .arg("stderr")
        .arg("-c")
        .arg(folder.join("nginx.conf"))
        .stderr(Stdio::null())
        .spawn();
    let Ok(child) = begun else { return Ok(None) };
    let process = Process { child, address, began: Duration::ZERO };
    std::thread::sleep(Duration::from_millis(300));
    Ok(Some(process))
}

fn free_address() -> Outcome<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    Ok(listener.local_addr()?.to_string())
}
