//! Reads CSV files into tables of the schema `source`, all columns text.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{BufReader, Cursor, Read};
use std::path::{Path, PathBuf};

use csv::ByteRecord;
use flate2::read::MultiGzDecoder;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::sql::quoted;
use crate::{ConnectError, FileQuality, QualityReport, Refusal};

/// Columns that every source table has beside those of its file.
const OWN_COLUMNS: [&str; 2] = ["_line", "_file"];

/// SQLite's limit is 2,000 columns a table.
const MOST_COLUMNS: usize = 1_900;

/// Bytes a row may have; more is a quote that is not closed, or no table.
const LONGEST_ROW: usize = 16 << 20;

/// A file to import.
#[derive(Debug)]
pub(crate) struct SourceFile {
    path: PathBuf,
    pub(crate) name: String,
    /// The table it becomes: its name without `.csv` or `.csv.gz`.
    pub(crate) table: String,
}

/// The CSV files of a folder, by name.
pub(crate) fn files(dir: &Path) -> Result<Vec<SourceFile>, ConnectError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).map_err(ConnectError::io(dir, "read"))? {
        let path = entry.map_err(ConnectError::io(dir, "read"))?.path();
        let Some(name) = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
        else {
            continue;
        };
        let lower = name.to_ascii_lowercase();
        let stem = [".csv", ".csv.gz"]
            .iter()
            .find_map(|end| lower.strip_suffix(end))
            .and_then(|stem| name.get(..stem.len()));
        if let Some(stem) = stem.filter(|stem| !stem.is_empty() && path.is_file()) {
            files.push(SourceFile {
                table: stem.to_owned(),
                name,
                path,
            });
        }
    }
    if files.is_empty() {
        return Err(ConnectError::NoFiles {
            path: dir.to_owned(),
        });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

/// SHA-256 over the names and bytes of the files and over the mapping.
pub(crate) fn hash(files: &[SourceFile], mapping: &str) -> Result<String, ConnectError> {
    let mut hash = Sha256::new();
    let mut block = vec![0; 1 << 16];
    for file in files {
        let failed = || ConnectError::io(&file.path, "read");
        let mut open = File::open(&file.path).map_err(failed())?;
        let length = open.metadata().map_err(failed())?.len();
        // Lengths first, so that no two folders give the same bytes.
        hash.update((file.name.len() as u64).to_le_bytes());
        hash.update(&file.name);
        hash.update(length.to_le_bytes());
        loop {
            match open.read(&mut block).map_err(failed())? {
                0 => break,
                read => hash.update(&block[..read]),
            }
        }
    }
    hash.update(mapping);
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}

/// Loads files; rows and files that cannot be read are refused in the report.
pub(crate) struct Loader<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) report: &'a mut QualityReport,
    /// Told the rows read so far; an error ends the import.
    pub(crate) tick: &'a mut dyn FnMut(&str, u64) -> Result<(), ConnectError>,
    /// Tables there are, in lower case as SQLite compares them.
    pub(crate) tables: BTreeSet<String>,
}

impl Loader<'_> {
    /// Loads one file.
    pub(crate) fn load(&mut self, file: &SourceFile) -> Result<(), ConnectError> {
        let refused_before = self.report.refused;
        let read = if self.tables.insert(file.table.to_ascii_lowercase()) {
            self.rows(file)?
        } else {
            let reason = format!("a second file for the table `{}`; keep one", file.table);
            self.refuse(file, None, reason);
            0
        };
        self.report.files.push(FileQuality {
            file: file.name.clone(),
            read,
            refused: self.report.refused - refused_before,
        });
        Ok(())
    }

    fn refuse(&mut self, file: &SourceFile, line: Option<u64>, reason: impl Into<String>) {
        self.report.refuse(Refusal {
            file: file.name.clone(),
            line,
            reason: reason.into(),
        });
    }

    /// Loads the rows of a file and says how many.
    fn rows(&mut self, file: &SourceFile) -> Result<u64, ConnectError> {
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(Lines::new(open(file)?));
        let mut record = ByteRecord::new();
        let header = match reader.read_byte_record(&mut record) {
            Ok(true) => header(&record),
            Ok(false) => Err("is empty; its first line must name the columns".to_owned()),
            Err(error) => Err(unreadable(&error)),
        };
        let columns = match header {
            Ok(columns) => columns,
            Err(reason) => {
                self.refuse(file, Some(1), reason);
                return Ok(0);
            }
        };
        let table = format!("source.{}", quoted(&file.table));
        self.connection
            .execute_batch(&create_table(&table, &columns, &file.name))?;
        let places = vec!["?"; columns.len() + 1].join(", ");
        let connection = self.connection;
        let mut insert = connection.prepare(&format!("INSERT INTO {table} VALUES ({places})"))?;
        let (mut rows, mut line) = (0_u64, 1_u64);
        loop {
            let more = match reader.read_byte_record(&mut record) {
                Ok(more) => more,
                Err(error) => {
                    self.refuse(file, Some(line + 1), unreadable(&error));
                    break;
                }
            };
            if !more {
                break;
            }
            let end = (reader.position().byte(), reader.position().line());
            if let Some(place) = record.position() {
                let lines = reader.get_mut();
                let blank = lines.blank_lines_at(place.byte());
                // A file whose lines end in a lone carriage return counts as one line.
                line = (place.line() + blank).max(line + 1);
                let spans_lines = record.iter().any(|field| field.contains(&b'\n'));
                if spans_lines && lines.quotes_until(end.0) % 2 == 1 {
                    let reason = format!(
                        "opens a quote that is not closed, so it and the lines up to {} are lost",
                        end.1
                    );
                    self.refuse(file, Some(line), reason);
                    continue;
                }
            }
            if record.len() != columns.len() {
                let reason = format!(
                    "has {} fields where the header has {}",
                    record.len(),
                    columns.len()
                );
                self.refuse(file, Some(line), reason);
                continue;
            }
            let bad = record
                .iter()
                .position(|field| std::str::from_utf8(field).is_err());
            if let Some(bad) = bad {
                let reason = format!("`{}` is not UTF-8 text", columns[bad]);
                self.refuse(file, Some(line), reason);
                continue;
            }
            insert.raw_bind_parameter(1, line.cast_signed())?;
            for (place, field) in (2..).zip(&record) {
                let text = std::str::from_utf8(field).unwrap_or_default();
                insert.raw_bind_parameter(place, text)?;
            }
            insert.raw_execute()?;
            rows += 1;
            if rows.is_multiple_of(10_000) {
                (self.tick)(&file.name, rows)?;
            }
        }
        Ok(rows)
    }
}

/// The file's text, decompressed and without a byte order mark.
fn open(file: &SourceFile) -> Result<Box<dyn Read>, ConnectError> {
    let open = File::open(&file.path).map_err(ConnectError::io(&file.path, "read"))?;
    let mut text: Box<dyn Read> = if file.name.to_ascii_lowercase().ends_with(".gz") {
        Box::new(MultiGzDecoder::new(BufReader::new(open)))
    } else {
        Box::new(open)
    };
    let mut head = Vec::new();
    // An error here comes again, and is told, when the header is read.
    let failed = (&mut text).take(3).read_to_end(&mut head).err();
    if head == b"\xef\xbb\xbf" {
        head.clear();
    }
    let rest: Box<dyn Read> = match failed {
        Some(error) => Box::new(Failing(Some(error))),
        None => text,
    };
    Ok(Box::new(Cursor::new(head).chain(rest)))
}

/// Keeps the text from the last record on. The CSV reader places a record where the one before
/// ended, which may be before a line feed or blank lines; this tells how many.
struct Lines<R> {
    inner: R,
    text: Vec<u8>,
    /// Where `text` begins in the file.
    start: u64,
    /// Nothing before this place is asked for any more.
    asked: u64,
}

impl<R> Lines<R> {
    fn new(inner: R) -> Self {
        Self {
            inner,
            text: Vec::new(),
            start: 0,
            asked: 0,
        }
    }

    /// Line feeds between `place`, which never goes back, and the text that follows.
    fn blank_lines_at(&mut self, place: u64) -> u64 {
        self.asked = place;
        let blank = self
            .asked_text()
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'));
        blank.filter(|byte| **byte == b'\n').count() as u64
    }

    /// Quotes from the place last asked for to `end`.
    fn quotes_until(&self, end: u64) -> usize {
        let text = self.asked_text();
        let length = usize::try_from(end - self.asked).unwrap_or(usize::MAX);
        let text = &text[..length.min(text.len())];
        text.iter().filter(|byte| **byte == b'"').count()
    }

    fn asked_text(&self) -> &[u8] {
        let skip = usize::try_from(self.asked - self.start).unwrap_or(usize::MAX);
        self.text.get(skip..).unwrap_or_default()
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let done = usize::try_from(self.asked - self.start).unwrap_or(usize::MAX);
        let done = done.min(self.text.len());
        self.text.drain(..done);
        self.start += done as u64;
        self.text.extend_from_slice(&buffer[..read]);
        if self.text.len() > LONGEST_ROW + buffer.len() {
            let reason = "a row is longer than 16 MiB; is a quote not closed?";
            return Err(std::io::Error::new(std::io::ErrorKind::InvalidData, reason));
        }
        Ok(read)
    }
}

/// Gives the error that was met before.
struct Failing(Option<std::io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn unreadable(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Io(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => {
            "the compressed file ends too early; the rows from here on are missing".to_owned()
        }
        _ => format!("cannot be read from here on: {error}"),
    }
}

/// The names of the columns, or why they cannot be used.
fn header(record: &ByteRecord) -> Result<Vec<String>, String> {
    if record.len() > MOST_COLUMNS {
        return Err(format!(
            "has {} columns; at most {MOST_COLUMNS} can be read",
            record.len()
        ));
    }
    let mut columns: Vec<String> = Vec::with_capacity(record.len());
    for (place, name) in (1..).zip(record) {
        let name = std::str::from_utf8(name)
            .map_err(|_| format!("the name of column {place} is not UTF-8 text"))?;
        if name.is_empty() {
            return Err(format!("column {place} has no name"));
        }
        let same = |other: &str| other.eq_ignore_ascii_case(name);
        if OWN_COLUMNS.iter().any(|own| same(own)) {
            return Err(format!("a column may not be named `{name}`; rename it"));
        }
        if columns.iter().any(|other| same(other)) {
            return Err(format!("names the column `{name}` twice"));
        }
        columns.push(name.to_owned());
    }
    Ok(columns)
}

/// `_line` is the table's key, `_file` takes no room.
fn create_table(table: &str, columns: &[String], file: &str) -> String {
    let columns: String = columns
        .iter()
        .map(|column| format!("{} TEXT, ", quoted(column)))
        .collect();
    let file = file.replace('\'', "''");
    format!(
        "CREATE TABLE {table} (_line INTEGER PRIMARY KEY, {columns}\
         _file TEXT GENERATED ALWAYS AS ('{file}') VIRTUAL)"
    )
}
