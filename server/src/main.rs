//! The binary `jikao`.

fn main() -> std::process::ExitCode {
    server::cli::main()
}
