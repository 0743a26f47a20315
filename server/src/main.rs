//! The binary `jikao`.

/// Thousands of small things are asked for and given back at once by several threads: the system's own allocator takes a
/// third more processor time for a submission and keeps twice the memory after a rush (docs/measurements.md).
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    server::cli::main()
}
