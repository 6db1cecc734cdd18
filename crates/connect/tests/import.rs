//! 1. What cannot be read in a CSV file is refused with file and line, and the rest goes on.
//! 2. A row that breaks a rule of the catalogue is refused with file, line and reason.
//! 3. `strict` refuses the whole import, and the target stays as it was.
//! 4. A mapping that fails names itself, the statement and its line.
//! 5. A mapping cannot leave its database.
//! 6. The report counts what is missing, double, orphaned and filled.
//! 7. An import can be cancelled, and the same files give the same snapshot.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;

use endcap_connect::{
    CANONICAL_MAPPING, ConnectError, ImportOptions, Orphans, QualityReport, Stage, import,
};
use endcap_store::Snapshot;
use endcap_vocab::AttributeValue;
use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;

/// Products from `goods`, which has the columns `code`, `name` and `price`.
const MAPPING: &str = "
INSERT INTO meta VALUES ('currency', 'EUR', NULL, NULL),
    ('taken_at', '2026-11-20T09:00:00+01:00', NULL, NULL);
INSERT INTO products (sku, title, category, price, unit_cost, _file, _line)
SELECT code, name, 'all', price, 0.5, _file, _line FROM source.goods;
";

struct Shop {
    folder: TempDir,
}

impl Shop {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("csv")).unwrap();
        for (name, bytes) in files {
            fs::write(folder.path().join("csv").join(name), bytes).unwrap();
        }
        Self { folder }
    }

    fn goods(csv: &[u8]) -> Self {
        Self::new(&[("goods.csv", csv)])
    }

    fn target(&self) -> PathBuf {
        self.folder.path().join("shop.snapshot")
    }

    fn import_by(&self, mapping: &str, strict: bool) -> Result<QualityReport, ConnectError> {
        let options = ImportOptions {
            mapping,
            mapping_name: "goods.sql",
            strict,
            progress: &mut |_| ControlFlow::Continue(()),
        };
        import(&self.folder.path().join("csv"), &self.target(), options)
    }

    fn report(&self) -> QualityReport {
        self.import_by(MAPPING, false)
            .unwrap_or_else(|error| panic!("{error}"))
    }

    fn skus(&self) -> Vec<String> {
        let mut skus = Vec::new();
        let snapshot = Snapshot::open(&self.target()).unwrap();
        snapshot.products(|product| skus.push(product.sku)).unwrap();
        skus
    }

    /// What a mapping that is not sound says.
    fn fault(&self, mapping: &str) -> String {
        self.import_by(mapping, false).unwrap_err().to_string()
    }
}

fn refusals(report: &QualityReport) -> Vec<String> {
    report.refusals.iter().map(ToString::to_string).collect()
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn rows_that_cannot_be_read_are_named_by_the_line_they_begin_on() {
    let shop = Shop::goods(
        b"code,name,price\r\n\
          a,\"two\r\nlines\",1\r\n\
          b,short\r\n\
          c,latin \xe9,2\r\n\
          \r\n\
          d,long,3,4\r\n\
          e,fine,5",
    );
    let report = shop.report();
    // Line 3 is the second half of product a, line 6 is blank.
    assert_eq!(
        refusals(&report),
        [
            "goods.csv, line 4: has 2 fields where the header has 3",
            "goods.csv, line 5: `name` is not UTF-8 text",
            "goods.csv, line 7: has 4 fields where the header has 3",
        ]
    );
    assert_eq!((report.refused, report.files[0].read), (3, 2));
    assert_eq!(shop.skus(), ["a", "e"]);
}

#[test]
fn a_quote_that_is_not_closed_tells_how_much_it_swallows() {
    let shop = Shop::goods(b"code,name,price\na,A,1\nb,\"B,2\nc,C,3\nd,D,4\n");
    assert_eq!(
        refusals(&shop.report()),
        [
            "goods.csv, line 3: opens a quote that is not closed, so it and the lines up to 6 \
             are lost"
        ]
    );
    assert_eq!(shop.skus(), ["a"]);
}

#[test]
fn a_byte_order_mark_is_not_part_of_the_first_column() {
    let shop = Shop::goods(b"\xef\xbb\xbf\"code\",name,price\na,A,1\n");
    assert_eq!(refusals(&shop.report()), [""; 0]);
    assert_eq!(shop.skus(), ["a"]);
    // Lines that end in a lone carriage return.
    let old = Shop::goods(b"code,name,price\ra,A,1\rb,B,2\r");
    assert_eq!(old.report().refused, 0);
    assert_eq!(old.skus(), ["a", "b"]);
}

#[test]
fn a_file_that_cannot_be_used_is_the_reason_why_the_mapping_fails() {
    let fault = |csv: &[u8]| Shop::goods(csv).fault(MAPPING);
    let says = |fault: String, reason: &str| {
        assert!(fault.contains("mapping goods.sql, line 4"), "{fault}");
        assert!(fault.contains("no such table: source.goods"), "{fault}");
        assert!(fault.contains(reason), "{fault}");
    };
    says(fault(b""), "goods.csv, line 1: is empty");
    says(
        fault(b"code,Code,price\na,A,1\n"),
        "goods.csv, line 1: names the column `Code` twice",
    );
    says(
        fault(b"code,,price\n"),
        "goods.csv, line 1: column 2 has no name",
    );
    says(
        fault(b"code,\xff,price\n"),
        "the name of column 2 is not UTF-8",
    );
    says(
        fault(b"code,_LINE,price\n"),
        "a column may not be named `_LINE`",
    );
    let missing = fault(b"code,price\na,1\n");
    assert!(missing.contains("no such column: name"), "{missing}");
}

#[test]
fn a_file_of_a_header_alone_gives_no_rows() {
    let shop = Shop::goods(b"code,name,price");
    assert_eq!(shop.report().refused, 0);
    assert_eq!(shop.skus(), [""; 0]);
}

#[test]
fn a_compressed_file_that_is_cut_short_keeps_what_came_before() {
    let mut text = b"code,name,price\n".to_vec();
    for n in 0..5_000 {
        // Texts that do not repeat, so that half of the bytes are about half of the rows.
        writeln!(text, "{n},name {},{}", n * 7_919 % 10_007, 1 + n % 9).unwrap();
    }
    let whole = gzip(&text);
    let shop = Shop::new(&[("goods.csv.gz", &whole)]);
    assert_eq!((shop.report().refused, shop.skus().len()), (0, 5_000));

    let cut = Shop::new(&[("goods.csv.gz", &whole[..whole.len() / 2])]);
    let report = cut.report();
    assert_eq!(report.refused, 1);
    assert!(
        report.refusals[0].reason.contains("ends too early"),
        "{report}"
    );
    let kept = cut.skus().len() as u64;
    assert!((500..4_500).contains(&kept), "{kept}");
    assert_eq!(report.refusals[0].line, Some(kept + 2));

    let none = Shop::new(&[("goods.csv.gz", &whole[..5])]);
    assert!(none.fault(MAPPING).contains("goods.csv.gz, line 1"));
    let wrong = Shop::new(&[("goods.csv.gz", b"code,name,price\na,A,1\n")]);
    assert!(wrong.fault(MAPPING).contains("cannot be read"));
}

#[test]
fn two_files_of_one_table_are_told() {
    let csv: &[u8] = b"code,name,price\na,A,1\n";
    let shop = Shop::new(&[("goods.csv", csv), ("goods.csv.gz", &gzip(csv))]);
    assert_eq!(
        refusals(&shop.report()),
        ["goods.csv.gz: a second file for the table `goods`; keep one"]
    );
    let empty = Shop::new(&[("notes.txt", b"x")]);
    assert!(matches!(
        empty.import_by(MAPPING, false),
        Err(ConnectError::NoFiles { .. })
    ));
}

#[test]
fn a_promotion_whose_condition_is_none_is_refused_and_the_rest_goes_on() {
    let shop = Shop::new(&[
        ("goods.csv", b"code,name,price\na,A,1\n"),
        (
            "offers.csv",
            b"id,cond\ngood,product.price > 2\nbad,product.pric > 2\n",
        ),
    ]);
    let mapping = format!(
        "{MAPPING}INSERT INTO promotions (id, \"when\", percent_off, _file, _line)
         SELECT id, cond, 10, _file, _line FROM source.offers;"
    );
    let report = shop.import_by(&mapping, false).unwrap();
    assert_eq!(
        refusals(&report),
        [
            "offers.csv, line 3: promotions, promotion `bad`: `when`, column 9: no field `pric`; did \
             you mean `price`?"
        ]
    );
    assert_eq!(shop.skus(), ["a"]);
}

#[test]
fn a_file_that_is_no_snapshot_is_not_overwritten() {
    let shop = Shop::goods(b"code,name,price\na,A,1\n");
    fs::write(shop.target(), "precious").unwrap();
    let error = shop.import_by(MAPPING, false).unwrap_err().to_string();
    assert!(error.contains("is not overwritten"), "{error}");
    assert_eq!(fs::read(shop.target()).unwrap(), b"precious");
    fs::remove_file(shop.target()).unwrap();
    for _ in 0..2 {
        shop.report();
    }
    assert_eq!(shop.skus(), ["a"]);
}

const FAULTY: &[u8] = b"code,name,price\n\
    a,A,1.5\n\
    b,B,cheap\n\
    c,C,-1\n\
    d,D,\n\
    a,Again,2\n\
    f,F,nan\n\
    ,G,1\n\
    h,H,1e999\n";

#[test]
fn rows_that_break_a_rule_are_refused_with_file_line_and_reason() {
    let shop = Shop::goods(FAULTY);
    let report = shop.report();
    assert_eq!(
        refusals(&report),
        [
            "goods.csv, line 3: `price` must be a finite number, not `cheap`",
            "goods.csv, line 4: products, sku `c`: `price` must be above 0 and at most 1e12",
            "goods.csv, line 5: `price` is missing",
            "goods.csv, line 6: products, sku `a`: a second row with this key; each stands once",
            "goods.csv, line 7: `price` must be a finite number, not `nan`",
            "goods.csv, line 8: products, sku ``: `sku` must not be empty",
            "goods.csv, line 9: `price` must be a finite number, not `1e999`",
        ]
    );
    let products = report
        .tables
        .iter()
        .find(|t| t.table == "products")
        .unwrap();
    assert_eq!(
        (products.kept, products.refused, products.duplicates),
        (1, 7, 1)
    );
    assert_eq!((report.missing.price, report.missing.unit_cost), (1, 0));
    assert_eq!(shop.skus(), ["a"]);
    let text = report.to_string();
    assert!(text.contains("Refused: 7 rows"), "{text}");
    assert!(
        text.contains("goods.csv, line 5: `price` is missing"),
        "{text}"
    );
}

#[test]
fn a_strict_import_with_a_refused_row_leaves_the_target_alone() {
    let shop = Shop::goods(b"code,name,price\nold,Old,1\n");
    shop.report();
    let before = fs::read(shop.target()).unwrap();
    fs::write(shop.folder.path().join("csv/goods.csv"), FAULTY).unwrap();
    let error = shop.import_by(MAPPING, true).unwrap_err();
    assert!(error.to_string().contains("refused 7 rows"), "{error}");
    let ConnectError::Refused(report) = error else {
        panic!("{error}")
    };
    assert_eq!(report.refused, 7);
    assert_eq!(fs::read(shop.target()).unwrap(), before);
    let files = fs::read_dir(shop.folder.path()).unwrap().count();
    assert_eq!(files, 2, "the folder of CSV files and the snapshot");
}

#[test]
fn only_so_many_refusals_are_listed_and_all_are_counted() {
    let rows: String = (0..1_500).map(|n| format!("{n},x,none\n")).collect();
    let shop = Shop::goods(format!("code,name,price\n{rows}").as_bytes());
    let report = shop.report();
    assert_eq!((report.refused, report.refusals.len()), (1_500, 1_000));
    assert!(report.to_string().contains("and 500 more, not listed"));
}

#[test]
fn a_mapping_that_fails_names_the_statement_and_its_line() {
    let shop = Shop::goods(b"code,name,price\na,A,1\n");
    assert_eq!(
        shop.fault(
            "-- a comment\n\nSELECT 1;\nINSERT INTO prodcts (sku) SELECT code\nFROM source.goods;"
        ),
        "mapping goods.sql, line 4, `INSERT INTO prodcts (sku) SELECT code FROM source.goods`: \
         no such table: prodcts"
    );
    assert!(shop.fault("SELEC 1").contains("syntax error"));
    // In double quotes a misspelt column is not taken for a text.
    assert!(
        shop.fault("SELECT \"cod\" FROM source.goods")
            .contains("no such column: \"cod\"")
    );
    assert!(shop.fault("").contains("gives no `currency`"));
    let timeless = "INSERT INTO meta VALUES ('currency', 'EUR', NULL, NULL)";
    assert!(shop.fault(timeless).contains("`taken_at`"));
    assert!(
        shop.fault("SELECT instant('soon', 'Etc/UTC')")
            .contains("`soon` is no local time")
    );
}

#[test]
fn a_mapping_cannot_leave_its_database() {
    let shop = Shop::goods(b"code,name,price\na,A,1\n");
    let other = shop.folder.path().join("other.db");
    let other_text = other.to_str().unwrap();
    for (statement, said) in [
        (format!("ATTACH '{other_text}' AS other"), "ATTACH"),
        (format!("VACUUM INTO '{other_text}'"), "cannot VACUUM"),
        ("PRAGMA writable_schema = 1".to_owned(), "PRAGMA"),
        ("SELECT * FROM pragma_database_list".to_owned(), "PRAGMA"),
        ("DETACH source".to_owned(), "not allowed"),
        ("COMMIT".to_owned(), "transaction"),
        ("SAVEPOINT here".to_owned(), "transaction"),
        ("DELETE FROM source.goods".to_owned(), "`goods`"),
        ("UPDATE source.goods SET code = 'b'".to_owned(), "`goods`"),
        ("DROP TABLE source.goods".to_owned(), "temporary"),
        ("DROP TABLE products".to_owned(), "temporary"),
        (
            "ALTER TABLE products ADD COLUMN x".to_owned(),
            "not allowed",
        ),
        ("CREATE TABLE mine (x)".to_owned(), "TEMP"),
        (
            "CREATE VIRTUAL TABLE temp.t USING fts5(x)".to_owned(),
            "not",
        ),
        (
            "CREATE TEMP TRIGGER t AFTER INSERT ON products BEGIN SELECT 1".to_owned(),
            "",
        ),
        ("SELECT load_extension('x')".to_owned(), "load_extension"),
        ("SELECT random()".to_owned(), "uniform"),
        ("SELECT CURRENT_TIMESTAMP".to_owned(), "current_timestamp"),
    ] {
        let fault = shop.fault(&statement);
        assert!(fault.contains(said), "{statement}: {fault}");
        assert!(fault.starts_with("mapping goods.sql, line 1"), "{fault}");
    }
    assert!(!other.exists());
    // What it may do.
    let own = format!(
        "CREATE TEMP TABLE cheap AS SELECT code FROM source.goods; \
         CREATE INDEX temp.by_code ON cheap (code); \
         CREATE TEMP VIEW seen AS SELECT * FROM cheap; \
         WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 9) \
         INSERT INTO cheap SELECT x FROM n; UPDATE cheap SET code = code || '!'; {MAPPING} \
         DELETE FROM products WHERE sku = 'zz'; DROP VIEW seen; DROP TABLE cheap;"
    );
    shop.import_by(&own, true).unwrap();
}

#[test]
fn every_table_is_filled_tested_and_reported() {
    let shop = Shop::new(&[
        ("meta.csv", b"key,value\ncurrency,USD\ntaken_at,2026-01-31T12:00:00Z\n"),
        ("locations.csv", b"id,region,tz\ns1,north,Europe/Berlin\ns2,north,Berlin\n"),
        (
            "inventory.csv",
            b"location,sku,on_hand,reserved,safety_stock\n\
              s1,a,5,,\ns1,ghost,1.0,0,2\ns9,a,1,,\ns1,a,6,,\ns1,b,1.5,,\n",
        ),
        (
            "products.csv",
            "sku,group,title,brand,vendor,category,private_label,price,unit_cost,vendor_funding,\
             fulfilment_cost,launched_on,discontinued_on,stock_age_days,stock_cover_days,\
             return_rate,rating,season_months,tags,attributes,channels,not_sold_in,restrictions,\
             sensitive\n\
             a,,A,,,x/y,true,2,1,,,2026-01-01,,,,,4.5,\"[1,2]\",\"[\"\"new\"\"]\",\
             \"{\"\"size\"\":3,\"\"none\"\":null}\",,,,\n\
             b,,B,,,x,,2,1,,,01/02/2026,,,,,,,,,,,,\n\
             c,,C,,,x,,2,1,,,,,,,,,not json,,,,,,\n\
             d,,D,,,x,maybe,2,1,,,,,,,,,,,,,,,\n"
                .as_bytes(),
        ),
        ("shoppers.csv", b"id,segments,tier,permits,consent_personalization,consent_email,consent_sensitive,home_store\nm,,,,1,0,,s1\n"),
        (
            "order_lines.csv",
            b"order_id,shopper,sku,store,channel,at,quantity,unit_price\n\
              1,m,a,s1,,2026-01-01T10:00:00+01:00,1,2\n\
              2,nobody,old,s7,,2026-01-02T10:00:00+01:00,2,2\n\
              3,,a,,,2026-01-02 10:00:00,2,2\n\
              4,,a,,,2026-01-03T10:00:00Z,0,2\n",
        ),
    ]);
    let report = shop.import_by(CANONICAL_MAPPING, false).unwrap();
    assert_eq!(
        refusals(&report),
        [
            "locations.csv, line 3: locations, location `s2`: `tz` must be an IANA time zone such \
             as Europe/Berlin, not `Berlin`",
            "products.csv, line 3: `launched_on` must be a date such as 2026-11-20, not `01/02/2026`",
            "products.csv, line 4: `season_months` must be a JSON list of months such as [11, 12], \
             not `not json`",
            "products.csv, line 5: `private_label` must be true or false, not `maybe`",
            "inventory.csv, line 4: no location `s9` among the locations",
            "inventory.csv, line 5: inventory, sku `a` at location `s1`: a second row with this \
             key; each stands once",
            "inventory.csv, line 6: `on_hand` must be a whole number, not `1.5`",
            "order_lines.csv, line 4: `at` must be an instant with its offset such as \
             2026-11-20T09:00:00+01:00, not `2026-01-02 10:00:00`",
            "order_lines.csv, line 5: order_lines, sku `a` of order `4`: `quantity` must be above \
             0 and finite",
        ]
    );
    let orphans = |table: &str, column: &str, example: &str| Orphans {
        table: table.to_owned(),
        column: column.to_owned(),
        rows: 1,
        example: example.to_owned(),
    };
    assert_eq!(
        report.orphans,
        [
            orphans("inventory", "sku", "ghost"),
            orphans("order_lines", "shopper", "nobody"),
            orphans("order_lines", "sku", "old"),
            orphans("order_lines", "store", "s7"),
        ]
    );
    let lines = report
        .tables
        .iter()
        .find(|t| t.table == "order_lines")
        .unwrap();
    let store = lines
        .fill
        .iter()
        .find(|fill| fill.field == "channel")
        .unwrap();
    assert_eq!((lines.kept, store.filled, store.rate), (2, 0, 0.0));
    let snapshot = Snapshot::open(&shop.target()).unwrap();
    let catalog = snapshot.catalog().unwrap();
    let product = &catalog.products[0];
    assert!(product.private_label && product.brand.is_none());
    assert_eq!(product.season_months, [1, 2]);
    assert_eq!(product.attributes["size"], AttributeValue::Number(3.0));
    assert_eq!(product.attributes.len(), 1);
    assert_eq!(
        (catalog.inventory[0].on_hand, catalog.inventory.len()),
        (5, 2)
    );
}

#[test]
fn an_import_can_be_cancelled_at_every_stage() {
    let shop = Shop::goods(b"code,name,price\na,A,1\n");
    for cancel_at in [Stage::Reading, Stage::Mapping, Stage::Writing] {
        let mut stages = Vec::new();
        let options = ImportOptions {
            mapping: MAPPING,
            mapping_name: "goods.sql",
            strict: false,
            progress: &mut |progress| {
                stages.push(progress.stage);
                if progress.stage == cancel_at {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            },
        };
        let result = import(&shop.folder.path().join("csv"), &shop.target(), options);
        assert!(matches!(result, Err(ConnectError::Cancelled)));
        assert!(stages.is_sorted() && stages.last() == Some(&cancel_at));
        assert_eq!(fs::read_dir(shop.folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn the_same_files_and_mapping_give_the_same_snapshot_and_origin() {
    let csv = b"code,name,price\na,A,1\nb,B,2\n";
    let open = |shop: &Shop| Snapshot::open(&shop.target()).unwrap();
    let (one, two) = (Shop::goods(csv), Shop::goods(csv));
    let made_from = one.report().made_from;
    assert_eq!(two.report().made_from, made_from);
    assert_eq!(open(&one).meta().made_from, made_from);
    assert_eq!(
        open(&one).content_hash().unwrap(),
        open(&two).content_hash().unwrap()
    );
    let other = two.import_by(&format!("{MAPPING}-- more"), false).unwrap();
    assert_ne!(other.made_from, made_from);
}

#[test]
fn a_picture_comes_by_mapping_and_an_empty_place_is_none() {
    let shop = Shop::goods(b"code,name,price,photo\na,A,1,p/a.png\nb,B,1,\n");
    let mapping = MAPPING
        .replace("unit_cost, _file", "unit_cost, image, _file")
        .replace("0.5, _file", "0.5, photo, _file");
    let report = shop.import_by(&mapping, true).unwrap();
    let products = &report
        .tables
        .iter()
        .find(|t| t.table == "products")
        .unwrap();
    let image = products.fill.iter().find(|f| f.field == "image").unwrap();
    assert_eq!(image.filled, 1);
    let snapshot = Snapshot::open(&shop.target()).unwrap();
    assert_eq!(snapshot.image("a").unwrap().as_deref(), Some("p/a.png"));
    assert_eq!(snapshot.image("b").unwrap(), None);
}

#[test]
fn a_folder_exported_before_there_were_images_still_imports() {
    let shop = Shop::new(&[
        (
            "meta.csv",
            b"key,value\ncurrency,USD\ntaken_at,2026-01-31T12:00:00Z\n",
        ),
        (
            "products.csv",
            b"sku,group,title,brand,vendor,category,private_label,price,unit_cost,vendor_funding,\
              fulfilment_cost,launched_on,discontinued_on,stock_age_days,stock_cover_days,\
              return_rate,rating,season_months,tags,attributes,channels,not_sold_in,restrictions,\
              sensitive\n\
              a,,A,,,x,,2,1,,,,,,,,,,,,,,,\n",
        ),
    ]);
    shop.import_by(CANONICAL_MAPPING, true).unwrap();
    let snapshot = Snapshot::open(&shop.target()).unwrap();
    assert_eq!(snapshot.catalog().unwrap().products[0].image, None);
}
