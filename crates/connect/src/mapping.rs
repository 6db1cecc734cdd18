//! Runs a mapping statement by statement, so that a failure names the one that fails.

use rusqlite::Connection;

use crate::ConnectError;
use crate::fence::Fence;

/// A statement and the line of the mapping on which it begins, from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MappingStatement<'a> {
    pub(crate) sql: &'a str,
    pub(crate) line: usize,
}

impl MappingStatement<'_> {
    /// Its first words, enough to know it by.
    pub(crate) fn beginning(&self) -> String {
        let words = self.sql.split_whitespace().collect::<Vec<_>>().join(" ");
        match words.char_indices().nth(60) {
            Some((end, _)) => format!("{}...", &words[..end]),
            None => words,
        }
    }

    /// Runs it inside the fence.
    pub(crate) fn run(
        &self,
        connection: &Connection,
        fence: &Fence,
        mapping_name: &str,
    ) -> Result<(), ConnectError> {
        let run = || {
            let mut statement = connection.prepare(self.sql)?;
            let mut rows = statement.query([])?;
            while rows.next()?.is_some() {}
            Ok(())
        };
        run().map_err(|error: rusqlite::Error| ConnectError::Mapping {
            mapping: mapping_name.to_owned(),
            line: self.line,
            statement: self.beginning(),
            reason: fence.take_refused().unwrap_or_else(|| said(&error)),
        })
    }
}

/// What SQLite says, without the statement, which the error names anyway.
fn said(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(message)) => message.clone(),
        rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
        error => error.to_string(),
    }
}

/// The statements of a mapping. A mapping has no triggers, so every semicolon outside of
/// texts and comments ends a statement.
pub(crate) fn statements(mapping: &str) -> Vec<MappingStatement<'_>> {
    let bytes = mapping.as_bytes();
    let mut statements = Vec::new();
    let mut start = None;
    let mut at = 0;
    let mut push = |start: Option<usize>, end: usize| {
        if let Some(start) = start {
            statements.push(MappingStatement {
                sql: mapping[start..end].trim_end(),
                line: 1 + mapping[..start].matches('\n').count(),
            });
        }
    };
    while at < bytes.len() {
        let rest = &mapping[at..];
        let skip_past = |end: &str, from: usize| {
            rest.get(from..)
                .and_then(|tail| tail.find(end))
                .map_or(rest.len(), |found| from + found + end.len())
        };
        let length = match bytes[at] {
            b'-' if rest.starts_with("--") => skip_past("\n", 2),
            b'/' if rest.starts_with("/*") => skip_past("*/", 2),
            b';' => {
                push(start.take(), at);
                1
            }
            byte if byte.is_ascii_whitespace() => 1,
            byte => {
                start.get_or_insert(at);
                match byte {
                    b'\'' => skip_past("'", 1),
                    b'"' => skip_past("\"", 1),
                    b'`' => skip_past("`", 1),
                    b'[' => skip_past("]", 1),
                    _ => rest.chars().next().map_or(1, char::len_utf8),
                }
            }
        };
        at += length;
    }
    push(start, bytes.len());
    statements
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn semicolons_in_texts_and_comments_end_no_statement() {
        let found =
            statements("-- a; b\nSELECT 'it''s; é';\n\n/* ; */ SELECT \"x;\"\n;;SELECT 3 -- c");
        let found: Vec<(&str, usize)> = found.iter().map(|s| (s.sql, s.line)).collect();
        assert_eq!(
            found,
            [
                ("SELECT 'it''s; é'", 2),
                ("SELECT \"x;\"", 4),
                ("SELECT 3 -- c", 5)
            ]
        );
        assert!(statements(" -- nothing\n").is_empty());
        assert_eq!(statements("SELECT 'open").len(), 1);
    }
}
