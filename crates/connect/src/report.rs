//! How good the data of an import was.

use std::fmt;

use endcap_store::ColumnProvenance;
use serde::Serialize;

/// How good the data of an import was: what was read, kept and refused, and what is missing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QualityReport {
    /// Name of the mapping.
    pub mapping: String,
    /// Hash of the files and the mapping: the snapshot's `made_from`.
    pub made_from: String,
    /// The files of the folder, by name.
    pub files: Vec<FileQuality>,
    /// The tables of the snapshot, in the order they are filled.
    pub tables: Vec<TableQuality>,
    /// How many rows were refused.
    pub refused: u64,
    /// The first [`QualityReport::REFUSALS_LISTED`] of them.
    pub refusals: Vec<Refusal>,
    /// Products that came without a field that every product needs; each was refused.
    pub missing: MissingFields,
    /// Rows that were kept although they name something the snapshot lacks.
    pub orphans: Vec<Orphans>,
    /// Where the values of columns come from.
    pub provenance: Vec<ColumnProvenance>,
}

impl QualityReport {
    /// How many refusals are listed one by one; all are counted.
    pub const REFUSALS_LISTED: usize = 1_000;

    pub(crate) fn new(mapping: &str, made_from: String) -> Self {
        Self {
            mapping: mapping.to_owned(),
            made_from,
            files: Vec::new(),
            tables: Vec::new(),
            refused: 0,
            refusals: Vec::new(),
            missing: MissingFields::default(),
            orphans: Vec::new(),
            provenance: Vec::new(),
        }
    }

    pub(crate) fn refuse(&mut self, refusal: Refusal) {
        self.refused += 1;
        if self.refusals.len() < Self::REFUSALS_LISTED {
            self.refusals.push(refusal);
        }
    }
}

/// What came of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileQuality {
    /// Its name.
    pub file: String,
    /// Rows that could be read.
    pub read: u64,
    /// Rows that could not; 1 where the file itself could not.
    pub refused: u64,
}

/// What came of one table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TableQuality {
    /// Its name in the snapshot.
    pub table: String,
    /// Rows in the snapshot.
    pub kept: u64,
    /// Rows that the mapping made and that broke a rule.
    pub refused: u64,
    /// Of the refused, those whose key was there already.
    pub duplicates: u64,
    /// How many of the kept rows have a value, by column.
    pub fill: Vec<FieldFill>,
}

/// How full a column is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FieldFill {
    /// Column of the table.
    pub field: String,
    /// Kept rows with a value; an empty text or list is none.
    pub filled: u64,
    /// `filled` as a share of the kept rows, 0..1; 0 without rows.
    pub rate: f64,
}

/// A row that was not taken over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// The file it stands in, or the mapping that made it.
    pub file: String,
    /// The line on which it begins, from 1; null where the mapping does not tell.
    pub line: Option<u64>,
    /// Why, and what is wanted instead.
    pub reason: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(out, "{}, line {line}: {}", self.file, self.reason),
            None => write!(out, "{}: {}", self.file, self.reason),
        }
    }
}

/// Products without a field that every product needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct MissingFields {
    /// No `price`.
    pub price: u64,
    /// No `unit_cost`.
    pub unit_cost: u64,
    /// No `category`.
    pub category: u64,
}

/// Rows of one column that name something the snapshot lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Orphans {
    /// Table whose rows they are.
    pub table: String,
    /// Column that names.
    pub column: String,
    /// How many rows.
    pub rows: u64,
    /// The first name that is not there.
    pub example: String,
}

impl fmt::Display for QualityReport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "Mapping {}", self.mapping)?;
        writeln!(out, "Made from {}", self.made_from)?;
        self.fmt_refused(out)?;
        self.fmt_counts(out)?;
        self.fmt_fill(out)?;
        if !self.orphans.is_empty() {
            writeln!(out, "\nRows that name what is not there")?;
            for Orphans {
                table,
                column,
                rows: count,
                example,
            } in &self.orphans
            {
                let name = format!("{table}.{column}");
                writeln!(
                    out,
                    "  {name:<36} {:>14}, such as `{example}`",
                    rows(*count)
                )?;
            }
        }
        if !self.provenance.is_empty() {
            writeln!(out, "\nProvenance")?;
        }
        for column in &self.provenance {
            let name = format!("{}.{}", column.table, column.column);
            writeln!(
                out,
                "  {name:<36} {:<9}  {}",
                column.provenance.name(),
                column.note
            )?;
        }
        Ok(())
    }
}

impl QualityReport {
    fn fmt_refused(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "\nRefused: {}", rows(self.refused))?;
        for refusal in &self.refusals {
            writeln!(out, "  {refusal}")?;
        }
        let listed = self.refusals.len() as u64;
        if listed < self.refused {
            writeln!(out, "  and {} more, not listed", self.refused - listed)?;
        }
        let missing = self.missing;
        if missing != MissingFields::default() {
            writeln!(
                out,
                "  products without price: {}, without cost: {}, without category: {}",
                missing.price, missing.unit_cost, missing.category
            )?;
        }
        Ok(())
    }

    fn fmt_counts(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "\nRead")?;
        for file in &self.files {
            write!(out, "  {:<36} {:>14}", file.file, rows(file.read))?;
            match file.refused {
                0 => writeln!(out)?,
                refused => writeln!(out, ", {refused} refused")?,
            }
        }
        writeln!(out, "\nKept")?;
        for table in &self.tables {
            write!(out, "  {:<36} {:>14}", table.table, rows(table.kept))?;
            if table.refused > 0 {
                write!(out, ", {} refused", table.refused)?;
            }
            if table.duplicates > 0 {
                write!(out, " ({} of them duplicates)", table.duplicates)?;
            }
            writeln!(out)?;
        }
        Ok(())
    }

    /// How full the fields are that are not always filled; those never filled in one line.
    fn fmt_fill(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |table: &TableQuality, fill: &FieldFill| format!("{}.{}", table.table, fill.field);
        let not_full = || {
            let kept = self.tables.iter().filter(|table| table.kept > 0);
            kept.flat_map(|table| table.fill.iter().map(move |fill| (table, fill)))
                .filter(|(table, fill)| fill.filled < table.kept)
        };
        writeln!(out, "\nFilled in part")?;
        for (table, fill) in not_full().filter(|(_, fill)| fill.filled > 0) {
            writeln!(out, "  {:<36} {:>8.1}%", of(table, fill), fill.rate * 100.0)?;
        }
        let never: Vec<String> = not_full()
            .filter(|(_, fill)| fill.filled == 0)
            .map(|(table, fill)| of(table, fill))
            .collect();
        if !never.is_empty() {
            writeln!(out, "\nNever filled\n  {}", never.join(", "))?;
        }
        Ok(())
    }
}

/// `1 row`, `2 rows`.
pub(crate) fn rows(count: u64) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} row{s}")
}
