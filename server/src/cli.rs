//! The command line.

mod profiles;

use crate::bundle::Bundles;
use crate::check::{self, Check};
use crate::config::{Config, EXAMPLE, LogFormat};
use crate::demo;
use crate::demo::cashier::Cashier;
use crate::demo::portal::Simulator;
use crate::pay::{Channels, KeyFiles};
use crate::post::Post;
use crate::purpose::Purpose;
use crate::routes::portals::Portals;
use crate::running::{Running, Setup};
use crate::serve::Limits;
use clap::{Parser, Subcommand};
use domain::account::Role;
use domain::contact::Mobile;
use domain::message::Way;
use domain::page::staff::NewStaff;
use records::{Chance, Clock, Records, Settings};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// 技考 Jikao: registration for vocational skill assessment.
#[derive(Debug, Parser)]
#[command(name = "jikao", version)]
pub struct Cli {
    /// Configuration file; `jikao.toml` here if there is one
    #[arg(long, global = true, env = "JIKAO_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the site, without demonstration data
    Serve,
    /// Serve the site with invented data and one-click sign-in; refused where real people are kept
    Demo {
        /// Begin anew: forget what was done in earlier demonstrations (SQLite only)
        #[arg(long)]
        fresh: bool,
    },
    /// Bring the database to the newest schema and end
    Migrate,
    /// Print the configuration file with every default
    Config,
    /// People of the office
    #[command(subcommand)]
    Staff(StaffCommand),
    /// Procedures
    #[command(subcommand)]
    Profile(ProfileCommand),
    /// Assessment agencies
    #[command(subcommand)]
    Agencies(ImportCommand),
    /// Occupational standards
    #[command(subcommand)]
    Standards(StandardsCommand),
    /// Assessment plans
    #[command(subcommand)]
    Plans(ImportCommand),
    /// Results of exams, by subject
    #[command(subcommand)]
    Results(ResultsCommand),
    /// Check photos, numbers, dates or conditions; answers 0 passed, 1 refused, 2 unusable
    #[command(subcommand)]
    Check(Check),
}

#[derive(Debug, Subcommand)]
enum StaffCommand {
    /// Invite an administrator: prints a link that works once, within 72 hours
    Add {
        /// Name to sign in with
        login_name: String,
        /// Name of the person
        #[arg(long)]
        name: String,
    },
}

#[derive(Debug, Subcommand)]
enum ProfileCommand {
    /// Read profiles and say what is wrong with them
    Check {
        /// TOML files
        #[arg(required = true)]
        files: Vec<PathBuf>,
    },
    /// Publish a profile, so that plans can be published with it
    Publish {
        /// TOML file
        file: PathBuf,
    },
    /// Print the procedure in Chinese, for a clerk to read
    Show {
        /// TOML file, name of a profile that comes with the product, or NAME@VERSION of a published one
        profile: String,
    },
    /// Print what two profiles differ in, in Chinese
    Compare {
        /// The earlier one: file, name or NAME@VERSION
        before: String,
        /// The later one
        after: String,
    },
    /// Walk invented people through a profile and print what each meets, in Chinese
    Rehearse {
        /// TOML file, name or NAME@VERSION
        profile: String,
    },
}

#[derive(Debug, Subcommand)]
enum StandardsCommand {
    /// Import files: occupations (TOML), whole standards (JSON) or the ministry's directory (JSON)
    Import {
        /// Files, in order
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// Template for occupations of the directory that have no standard yet: 2023 or 2018
        #[arg(long)]
        template: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
enum ResultsCommand {
    /// Import results, so that a resit offers only what was failed
    Import {
        /// CSV file with the columns 证件号码, 职业编码, 等级, 科目, 成绩
        file: PathBuf,
    },
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// Import a file
    Import {
        /// TOML or JSON file
        file: PathBuf,
    },
}

/// A command that did not succeed, in a sentence.
type Failed = String;

/// Reads the command line and runs it.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => {
            let _ = usage.print();
            return ExitCode::from(if usage.use_stderr() { 2 } else { 0 });
        }
    };
    if let Command::Check(check) = &cli.command
        && check.attempt().is_none()
    {
        return match check::run(check, &mut std::io::stdout().lock()) {
            Ok(check::Outcome::Passed) => ExitCode::SUCCESS,
            Ok(check::Outcome::Refused) => ExitCode::from(1),
            Err(unusable) => complain(&unusable.to_string(), 2),
        };
    }
    match run(&cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => complain(&why, 1),
    }
}

fn complain(why: &str, code: u8) -> ExitCode {
    let _ = writeln!(std::io::stderr(), "jikao: {why}");
    ExitCode::from(code)
}

fn say(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

fn run(cli: &Cli) -> Result<(), Failed> {
    if matches!(cli.command, Command::Config) {
        say(EXAMPLE.trim_end());
        return Ok(());
    }
    if let Command::Profile(ProfileCommand::Check { files }) = &cli.command {
        let mut wrong = Vec::new();
        for file in files {
            match records::profiles::parse(&text_of(file)?, &file.display().to_string()) {
                Ok(profile) => say(&format!("{} version {} is fine: {}", profile.name, profile.version, profile.title)),
                Err(why) => wrong.push(in_words(why)),
            }
        }
        return if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) };
    }
    let config = Config::load(cli.config.as_deref(), |name| std::env::var(name).ok()).map_err(in_words)?;
    begin_log(&config)?;
    // Rendering waits for other work of the same request; a single worker could wait for itself.
    let workers = std::thread::available_parallelism().map_or(4, |cores| cores.get().max(4));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(workers).enable_all().build().map_err(in_words)?;
    runtime.block_on(command(&cli.command, &config))
}

async fn command(command: &Command, config: &Config) -> Result<(), Failed> {
    match command {
        Command::Serve => serve(config).await,
        Command::Demo { fresh } => demonstrate(config, *fresh).await,
        Command::Migrate => {
            open(config, Clock::System).await?;
            say("The database has the newest schema.");
            Ok(())
        }
        Command::Staff(StaffCommand::Add { login_name, name }) => invite(config, login_name, name).await,
        Command::Profile(ProfileCommand::Publish { file }) => {
            let records = open(config, Clock::System).await?;
            let profile = records::profiles::parse(&text_of(file)?, &file.display().to_string()).map_err(in_words)?;
            records::profiles::publish(&records, &profile).await.map_err(in_words)?;
            say(&format!("Published {} version {}.", profile.name, profile.version));
            Ok(())
        }
        Command::Agencies(ImportCommand::Import { file }) => {
            let records = open(config, Clock::System).await?;
            let ids = records::agencies::import(&records, &text_of(file)?, &file.display().to_string())
                .await
                .map_err(in_words)?;
            say(&format!("{} agencies are known.", ids.len()));
            Ok(())
        }
        Command::Standards(StandardsCommand::Import { files, template }) => {
            let records = open(config, Clock::System).await?;
            for file in files {
                let name = file.display().to_string();
                let text = text_of(file)?;
                let names = records::standards::import_file(&records, &text, &name, template.as_deref())
                    .await
                    .map_err(in_words)?;
                say(&format!("Imported {} from {name}: {}.", names.len(), names.join(", ")));
            }
            Ok(())
        }
        Command::Results(ResultsCommand::Import { file }) => {
            let records = open(config, Clock::System).await?;
            let count = records::results::import(&records, &text_of(file)?, &file.display().to_string())
                .await
                .map_err(in_words)?;
            say(&format!("{count} results are recorded."));
            Ok(())
        }
        Command::Plans(ImportCommand::Import { file }) => {
            let records = open(config, Clock::System).await?;
            let ids = records::plans::import(&records, &text_of(file)?, &file.display().to_string())
                .await
                .map_err(in_words)?;
            say(&format!("{} plans are published.", ids.len()));
            Ok(())
        }
        Command::Profile(ProfileCommand::Show { profile }) => {
            let profile = profiles::find(profile, config).await?;
            say(app::wording::procedure::show::show(&profile, today()).text().trim_end());
            Ok(())
        }
        Command::Profile(ProfileCommand::Compare { before, after }) => {
            let (before, after) = (profiles::find(before, config).await?, profiles::find(after, config).await?);
            say(app::wording::procedure::compare::compare(&before, &after).text().trim_end());
            Ok(())
        }
        Command::Profile(ProfileCommand::Rehearse { profile }) => {
            let profile = profiles::find(profile, config).await?;
            say(app::wording::procedure::rehearse::rehearse(&profile, today()).text().trim_end());
            Ok(())
        }
        Command::Check(check) => match check.attempt() {
            Some((way, to)) => attempt(config, way, to).await,
            None => Ok(()),
        },
        // Answered before the records were needed.
        Command::Config | Command::Profile(ProfileCommand::Check { .. }) => Ok(()),
    }
}

/// Sends an invented message, and says what the other side answered.
async fn attempt(config: &Config, way: Way, to: &str) -> Result<(), Failed> {
    let post = Post::read(config, &KeyFiles::on_disk())?;
    if !post.ways().contains(&way) {
        let table = if way == Way::Mail { "mail" } else { "sms" };
        return Err(format!("no [{table}] in the configuration; `jikao config` prints how it looks"));
    }
    let to = match way {
        Way::Sms => Mobile::parse(to).map_err(in_words)?.as_str().to_owned(),
        Way::Mail | Way::Webhook => to.trim().to_owned(),
    };
    match post.attempt(way, &to, Clock::System.now(), &Chance::System).await {
        Ok(()) => {
            say("The other side has taken the message. Whether it arrives is seen there.");
            Ok(())
        }
        Err(why) => Err(format!("not sent: {why}")),
    }
}

async fn serve(config: &Config) -> Result<(), Failed> {
    let (bundles, listener) = ready(config).await?;
    let records = open(config, Clock::System).await?;
    Purpose::Real.claim(&records, &config.data).await.map_err(in_words)?;
    for (file, text) in demo::PROFILES {
        let profile = records::profiles::parse(text, file).map_err(in_words)?;
        records::profiles::publish(&records, &profile).await.map_err(in_words)?;
    }
    let portals = Portals::read(&config.sign_in, &config.origin()).map_err(in_words)?;
    let channels = Channels::read(&config.payment, &config.origin(), &KeyFiles::on_disk()).map_err(in_words)?;
    let running = start(config, records, bundles, listener, false, portals, channels).await?;
    say(&format!("技考 Jikao listens on {} ({})", running.address, config.origin()));
    until_told(running).await
}

async fn demonstrate(config: &Config, fresh: bool) -> Result<(), Failed> {
    // Without a register of its own, the demonstration looks certificates up in a list of invented ones.
    let mut config = config.clone();
    if config.certificates == records::certificate_lookup::Source::Off {
        config.certificates = demo::certificates();
    }
    let config = &config;
    let (bundles, listener) = ready(config).await?;
    let clock = Clock::Shifted(Arc::default());
    let mut records = open(config, clock.clone()).await?;
    Purpose::Demo.claim(&records, &config.data).await.map_err(in_words)?;
    if fresh {
        records.close().await.map_err(in_words)?;
        forget(config)?;
        records = open(config, clock).await?;
    }
    let cast = demo::fill(&records).await.map_err(in_words)?;
    let staff = records::staff::demo_staff(&records).await.map_err(in_words)?;
    let people = records::accounts::demo_personas(&records).await.map_err(in_words)?;
    let origin = config.origin();
    let simulator = Simulator::start(config.listen.ip(), &origin, records.clock().clone(), Chance::System)
        .await
        .map_err(in_words)?;
    let portals = Portals::with(&simulator.sign_in, &origin, |path| simulator.secret(path)).map_err(in_words)?;
    let cashier =
        Cashier::start(config.listen.ip(), records.clock().clone(), Chance::System).await.map_err(in_words)?;
    let channels = Channels::read(&cashier.payment, &origin, &cashier.keys()).map_err(in_words)?;
    let running = start(config, records, bundles, listener, true, portals, channels).await?;
    // The first visitor does not wait for what others have done before.
    let past = open(config, Clock::Shifted(Arc::default())).await?;
    tokio::spawn(async move {
        if let Err(why) = demo::furnish(&past, cast).await {
            tracing::error!("The demonstration is not complete: {why}");
        }
    });
    let candidates: Vec<&str> = people.iter().map(|(_, name)| name.as_str()).collect();
    let desk: Vec<String> = staff.iter().map(|member| format!("{} {}", member.role.label(), member.name)).collect();
    say("技考 Jikao, demonstration. All people are invented.\n");
    say(&format!("  Candidates   {origin}/            {}", candidates.join("  ")));
    say(&format!("  Office       {origin}/office      {}", desk.join("  ")));
    say(&format!("  Sign in by one click on the sign-in pages, or with the password {}", demo::PASSWORD));
    say(&format!("  Portal       {}      simulated, for signing in with somebody else", simulator.origin));
    say(&format!("  Cashier      {}      simulated WeChat Pay and Alipay, no money moves", cashier.origin));
    until_told(running).await
}

/// What fails most often fails first: before the database is opened.
async fn ready(config: &Config) -> Result<(Bundles, TcpListener), Failed> {
    let bundles = Bundles::read(&config.dist, &config.public).map_err(in_words)?;
    let listener = TcpListener::bind(config.listen)
        .await
        .map_err(|why| format!("cannot listen on {}: {why} (another address: JIKAO_LISTEN)", config.listen))?;
    Ok((bundles, listener))
}

async fn start(
    config: &Config,
    records: Records,
    bundles: Bundles,
    listener: TcpListener,
    demo: bool,
    portals: Portals,
    channels: Channels,
) -> Result<Running, Failed> {
    let post = Post::read(config, &KeyFiles::on_disk())?;
    let limits = Limits { connections: config.connections, per_address: config.connections_per_address };
    let (origin, printing) = (config.origin(), config.printing());
    let streams_per_person = config.streams_per_person;
    let setup =
        Setup { origin, demo, bundles, limits, streams_per_person, portals, channels, post, rounds: true, printing };
    Running::start(records, &config.data, setup, listener).await.map_err(in_words)
}

async fn until_told(running: Running) -> Result<(), Failed> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).map_err(in_words)?;
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
    tracing::info!("Ending: finishing what has begun");
    running.stop().await;
    Ok(())
}

async fn invite(config: &Config, login_name: &str, name: &str) -> Result<(), Failed> {
    let records = open(config, Clock::System).await?;
    Purpose::Real.claim(&records, &config.data).await.map_err(in_words)?;
    let new = NewStaff {
        login_name: login_name.to_owned(),
        name: name.to_owned(),
        role: Role::Administrator,
        agency: None,
        region: String::new(),
        body: "系统管理".to_owned(),
    };
    let token = records::staff::invite(&records, new).await.map_err(in_words)?;
    say(&format!("{}/office/invite/{token}", config.origin()));
    say("This link works once, within 72 hours. Whoever opens it sets the password.");
    Ok(())
}

async fn open(config: &Config, clock: Clock) -> Result<Records, Failed> {
    let settings = Settings {
        database: config.database.clone(),
        clock,
        chance: Chance::System,
        certificates: config.certificates.clone(),
        virus_scan: config.virus_scan.scanner(),
        ..Settings::in_folder(&config.data)
    };
    Records::open(settings).await.map_err(|why| format!("cannot open the records in {}: {why}", config.data.display()))
}

/// Removes what earlier demonstrations left; keys stay.
fn forget(config: &Config) -> Result<(), Failed> {
    if config.database.is_some() {
        return Err("--fresh is for the SQLite file in the data folder; empty another database yourself".into());
    }
    for name in ["records.db", "records.db-wal", "records.db-shm"] {
        let path = config.data.join(name);
        if path.exists() {
            std::fs::remove_file(&path).map_err(|why| format!("{}: {why}", path.display()))?;
        }
    }
    let files = config.data.join("files");
    if files.exists() {
        std::fs::remove_dir_all(&files).map_err(|why| format!("{}: {why}", files.display()))?;
    }
    Ok(())
}

fn begin_log(config: &Config) -> Result<(), Failed> {
    let filter = EnvFilter::try_new(&config.log).map_err(|why| format!("log is {:?}: {why}", config.log))?;
    let colours = std::io::IsTerminal::is_terminal(&std::io::stderr());
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_target(false)
        // Told with `eprintln!`, which panics when the disk under the log is full: a line less is not a request less.
        .log_internal_errors(false)
        .with_ansi(colours);
    let begun = match config.log_format {
        LogFormat::Text => lines.compact().try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    begun.map_err(in_words)
}

fn today() -> chrono::NaiveDate {
    Clock::System.now().day()
}

fn text_of(file: &Path) -> Result<String, Failed> {
    std::fs::read_to_string(file).map_err(|why| format!("{}: cannot be read: {why}", file.display()))
}

fn in_words(why: impl std::fmt::Display) -> Failed {
    why.to_string()
}
