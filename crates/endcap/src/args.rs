//! What can be said on the command line.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use endcap_app::bench::Work;
use endcap_app::{At, BesideKind, Document, Placement, Sort};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "Exit status:
  0  it worked; what was compared agrees
  1  it worked; what was compared differs, or something was found
  2  something given does not hold up: an argument, a document, a name
  3  a file, a disk or a snapshot is in the way";

/// Decide what shoppers see, and know why.
///
/// Without a verb, endcap opens its window on what was open last, or on the demo retailer.
#[derive(Debug, Parser)]
#[command(name = "endcap", version, styles = STYLES, after_help = EXIT_CODES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) verb: Option<Verb>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Open the window on a snapshot
    Open(OpenArgs),
    /// Rank a page of the demo retailer and explain its first slot
    Tour,
    /// Rank a page for a shopper, and explain it
    Rank(Box<RankArgs>),
    /// Say what stands beside a product: what goes with it, is like it, could stand in for it
    Beside(BesideArgs),
    /// Answer conformance cases, or check the answers they come with
    Case(CaseArgs),
    /// Say what changed from one rule set to another
    Diff(DiffArgs),
    /// Say a rule set in English
    Say(SayArgs),
    /// Check a document against its schema and its meaning
    Check(CheckArgs),
    /// Find what is likely not meant in a rule set
    Lint(LintArgs),
    /// Measure how well the models tell what shoppers buy next
    Evaluate(EvaluateArgs),
    /// Train a model on a snapshot's orders, to rank by
    Train(TrainArgs),
    /// Tell whether a model still fits, and whether to train again
    Drift(DriftArgs),
    /// Make a snapshot from a folder of CSV files
    Import(ImportArgs),
    /// Write a snapshot as a folder of CSV files
    Export(ExportArgs),
    /// Make a demo retailer
    Demo(DemoArgs),
    /// Measure how fast this machine does the engine's works
    Bench(BenchArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct OpenArgs {
    /// The snapshot
    #[arg(value_name = "SNAPSHOT")]
    pub(crate) snapshot: PathBuf,
    /// The rule set that counts as live; without it relevance alone
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
}

#[derive(Debug, Clone, ClapArgs)]
pub(crate) struct RankArgs {
    /// The snapshot to rank; the demo retailer without it
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) data: Option<PathBuf>,
    /// The rule set; without it the demo's own, or relevance alone for a snapshot
    #[arg(long, value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
    /// Shopper id; without it a shopper nobody knows
    #[arg(long, value_name = "ID")]
    pub(crate) shopper: Option<String>,
    /// A simulated shopper, new but with a taste, made of words with commas between:
    /// segment:NAME, tier:NAME, brand:NAME, category:PATH, price:low (middle, high), like:ID
    #[arg(long, value_name = "WORDS", conflicts_with = "shopper")]
    pub(crate) persona: Option<String>,
    /// Category page, such as grocery/beverages/coffee
    #[arg(long, value_name = "PATH")]
    pub(crate) page: Option<String>,
    /// Where the slate is shown; without it what the rest suggests
    #[arg(long, value_enum)]
    pub(crate) placement: Option<PlacementArg>,
    /// Location id; without it the shopper's home store
    #[arg(long, value_name = "ID")]
    pub(crate) store: Option<String>,
    /// Channel [default: web]
    #[arg(long, value_name = "NAME")]
    pub(crate) channel: Option<String>,
    /// The instant, such as 2026-11-20T09:00:00+01:00, or 2026-11-20T09:00 or 2026-11-20 on
    /// the store's clock; without it the snapshot's
    #[arg(long, value_name = "INSTANT")]
    pub(crate) at: Option<At>,
    /// How many slots to fill
    #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=200))]
    pub(crate) slots: u32,
    /// What the shopper typed: its words pick the candidates
    #[arg(long, value_name = "TEXT")]
    pub(crate) query: Option<String>,
    /// The product that the slate stands beside
    #[arg(long, value_name = "SKU")]
    pub(crate) anchor: Option<String>,
    /// Skus in the cart, with commas between
    #[arg(long, value_name = "SKU", value_delimiter = ',')]
    pub(crate) cart: Vec<String>,
    /// The shopper's own order
    #[arg(long, value_enum, default_value = "recommended")]
    pub(crate) sort: SortArg,
    /// The shopper's own facets, as a condition
    #[arg(long, value_name = "CONDITION")]
    pub(crate) filter: Option<String>,
    /// Follow one product instead: its signals, rules, place, and what it would take
    #[arg(long, value_name = "SKU")]
    pub(crate) why: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct BesideArgs {
    /// The product
    #[arg(value_name = "SKU")]
    pub(crate) sku: String,
    /// The snapshot whose orders tell; the demo retailer without it
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) data: Option<PathBuf>,
    /// What to list; without it everything
    #[arg(long, value_enum)]
    pub(crate) kind: Option<BesideArg>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// [`BesideKind`] as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum BesideArg {
    /// In the same orders more often than chance would have it
    Complements,
    /// Of its category, brand and price, bought by the same shoppers
    Similar,
    /// Those the catalogue names; else similar ones that are bought instead of it
    Substitutes,
}

impl From<BesideArg> for BesideKind {
    fn from(kind: BesideArg) -> Self {
        match kind {
            BesideArg::Complements => Self::Complements,
            BesideArg::Similar => Self::Similar,
            BesideArg::Substitutes => Self::Substitutes,
        }
    }
}

/// [`Placement`] as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum PlacementArg {
    Category,
    Search,
    Home,
    Product,
    Cart,
    Email,
}

impl From<PlacementArg> for Placement {
    fn from(placement: PlacementArg) -> Self {
        match placement {
            PlacementArg::Category => Self::Category,
            PlacementArg::Search => Self::Search,
            PlacementArg::Home => Self::Home,
            PlacementArg::Product => Self::Product,
            PlacementArg::Cart => Self::Cart,
            PlacementArg::Email => Self::Email,
        }
    }
}

/// [`Sort`] as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum SortArg {
    Recommended,
    PriceAsc,
    PriceDesc,
    Newest,
    Rating,
}

impl From<SortArg> for Sort {
    fn from(sort: SortArg) -> Self {
        match sort {
            SortArg::Recommended => Self::Recommended,
            SortArg::PriceAsc => Self::PriceAsc,
            SortArg::PriceDesc => Self::PriceDesc,
            SortArg::Newest => Self::Newest,
            SortArg::Rating => Self::Rating,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CaseArgs {
    /// A case, a folder of them, or - for standard input
    ///
    /// A file with `case` and `answer` is checked; a bare case is answered. A folder's
    /// bare cases are answered one a line, as {"file", "answer"}.
    #[arg(value_name = "FILE|DIR|-")]
    pub(crate) path: PathBuf,
    /// Print differences as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DiffArgs {
    /// The rule set before
    #[arg(value_name = "A")]
    pub(crate) before: PathBuf,
    /// The rule set after
    #[arg(value_name = "B")]
    pub(crate) after: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SayArgs {
    /// The rule set; the demo's without it
    #[arg(value_name = "FILE")]
    pub(crate) rules: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CheckArgs {
    /// A document, or - for standard input
    #[arg(value_name = "FILE|-")]
    pub(crate) path: PathBuf,
    /// What it is; without it what its fields say
    #[arg(long, value_enum)]
    pub(crate) kind: Option<KindArg>,
    /// Report the skus of a rule set that this snapshot lacks
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct LintArgs {
    /// The rule set; the demo's without it
    #[arg(value_name = "RULES")]
    pub(crate) rules: Option<PathBuf>,
    /// The snapshot to hold it against; the demo retailer without it
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) data: Option<PathBuf>,
    /// The rule set that is live; what is new against it cannot be approved before now
    #[arg(long, value_name = "FILE")]
    pub(crate) live: Option<PathBuf>,
    /// The instant that counts as now, such as 2026-11-20T09:00:00+01:00, or 2026-11-20T09:00 or
    /// 2026-11-20 in UTC; without it the snapshot's
    #[arg(long, value_name = "INSTANT")]
    pub(crate) at: Option<At>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct EvaluateArgs {
    /// The snapshot whose orders are told; the demo retailer's without it
    #[arg(value_name = "SNAPSHOT", conflicts_with = "protocol")]
    pub(crate) snapshot: Option<PathBuf>,
    /// A protocol instead, beside its reference figures: p2 or p4
    #[arg(long, value_name = "NAME", requires = "data")]
    pub(crate) protocol: Option<String>,
    /// The folder that holds the protocol's data
    #[arg(long, value_name = "DIR", requires = "protocol")]
    pub(crate) data: Option<PathBuf>,
    /// Orders from here on are held out, such as 2026-10-15 in UTC; without it the last 28 days,
    /// or what the protocol says
    #[arg(long, value_name = "INSTANT", conflicts_with = "last_order")]
    pub(crate) since: Option<At>,
    /// The last order of every shopper is held out
    #[arg(long)]
    pub(crate) last_order: bool,
    /// What vectors and intervals are drawn from
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TrainArgs {
    /// The snapshot
    #[arg(value_name = "SNAPSHOT")]
    pub(crate) snapshot: PathBuf,
    /// Where to write the model; without it beside the snapshot, where it is ranked by
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    /// What vectors and intervals are drawn from: the same seed gives the same model
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
#[command(
    group = clap::ArgGroup::new("later").required(true),
    override_usage = "endcap drift [OPTIONS] <MODEL> <OTHER_MODEL|--data <SNAPSHOT>>"
)]
pub(crate) struct DriftArgs {
    /// The model
    #[arg(value_name = "MODEL")]
    pub(crate) model: PathBuf,
    /// A model that was trained later, to compare it with
    #[arg(value_name = "OTHER_MODEL", group = "later")]
    pub(crate) other: Option<PathBuf>,
    /// A snapshot with later orders, to hold it against
    #[arg(long, value_name = "SNAPSHOT", group = "later")]
    pub(crate) data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// [`Document`] as an argument.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum KindArg {
    Case,
    CheckedCase,
    RuleSet,
    Request,
    Answer,
}

impl From<KindArg> for Document {
    fn from(kind: KindArg) -> Self {
        match kind {
            KindArg::Case => Self::Case,
            KindArg::CheckedCase => Self::CheckedCase,
            KindArg::RuleSet => Self::RuleSet,
            KindArg::Request => Self::Request,
            KindArg::Answer => Self::Answer,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ImportArgs {
    /// The folder of CSV files, gzipped or not
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// SQL that selects from the files into the tables of a snapshot; without it the files
    /// are those of `endcap export`
    #[arg(long, value_name = "FILE.sql")]
    pub(crate) mapping: Option<PathBuf>,
    /// The snapshot to write
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) into: PathBuf,
    /// Write nothing if any row is refused
    #[arg(long)]
    pub(crate) strict: bool,
    /// Print the quality report as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExportArgs {
    /// The snapshot to read
    #[arg(value_name = "SNAPSHOT")]
    pub(crate) snapshot: PathBuf,
    /// The folder to write
    #[arg(value_name = "DIR")]
    pub(crate) dir: PathBuf,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct DemoArgs {
    /// The snapshot to write
    #[arg(long, value_name = "SNAPSHOT", default_value = "demo.endcap")]
    pub(crate) into: PathBuf,
    /// How many products
    #[arg(long, default_value_t = 1_200, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) products: u32,
    /// How many shoppers
    #[arg(long, default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) shoppers: u32,
    /// How many order lines [default: 30 a shopper, 5,000,000 at most]
    #[arg(long, value_parser = clap::value_parser!(u32).range(0..=5_000_000))]
    pub(crate) order_lines: Option<u32>,
    /// What the retailer is made from: the same seed gives the same retailer
    #[arg(long, default_value_t = 1)]
    pub(crate) seed: u64,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct BenchArgs {
    /// The work
    #[arg(value_enum)]
    pub(crate) work: WorkArg,
    /// Products of the demo retailer that it is done on
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    pub(crate) products: u32,
    /// Shoppers of the retailer; for w3-all those of a block [default: 1,000, for w3-als as many
    /// as products]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) shoppers: Option<u32>,
    /// A snapshot made by `endcap demo` to measure with, instead of one that is made for it: with 30
    /// order lines a shopper, for w3-als and w3-all with as many shoppers as products and 15
    #[arg(long, value_name = "SNAPSHOT")]
    pub(crate) data: Option<PathBuf>,
    /// Threads that share the work
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=256))]
    pub(crate) threads: u32,
    /// Look at every product one by one and sort them all: slow, with the same digest
    #[arg(long)]
    pub(crate) plain: bool,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum WorkArg {
    /// One shopper, the whole catalogue, rules compiled
    W1Warm,
    /// The same just after one rule changed
    W1Edit,
    /// One shopper, one department of twelve
    W1Page,
    /// Every shopper, the whole catalogue, under two rule sets, with the figures of both
    W2,
    /// The same after a rule changed
    W2Edit,
    /// Vectors of shoppers and products, trained from orders
    W3Als,
    /// The best 24 of all products for each shopper, by such vectors alone
    W3All,
    /// 500 conditions, the whole catalogue, to bitmaps
    W4,
}

impl From<WorkArg> for Work {
    fn from(work: WorkArg) -> Self {
        match work {
            WorkArg::W1Warm => Self::OneWarm,
            WorkArg::W1Edit => Self::OneEdit,
            WorkArg::W1Page => Self::OnePage,
            WorkArg::W2 => Self::Many,
            WorkArg::W2Edit => Self::ManyEdit,
            WorkArg::W3Als => Self::Vectors,
            WorkArg::W3All => Self::Top,
            WorkArg::W4 => Self::Conditions,
        }
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CompletionsArgs {
    /// Which shell
    #[arg(value_enum)]
    pub(crate) shell: Shell,
}
