//! The words of a condition: CEL's lexical grammar, every token with its column.

use super::ConditionError;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// An identifier.
    Name,
    /// A field name between backticks.
    QuotedName,
    /// `true` or `false`.
    Truth,
    Null,
    Int,
    Uint,
    Double,
    Text,
    Bytes,
    /// An operator or a bracket, `in` too.
    Symbol,
}

/// One word of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'s> {
    pub kind: TokenKind,
    pub text: &'s str,
    /// Byte where it begins.
    pub start: usize,
    /// Character where it begins, from 1.
    pub column: usize,
}

/// Longer ones first, so that `<=` is not read as `<`.
const SYMBOLS: [&str; 27] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "*", "/", "%", "(", ")", "[", "]",
    "{", "}", ".", ",", "?", ":", "=", "&", "|",
];

/// Splits a condition into words.
///
/// # Errors
/// At the first place that no CEL token fits.
pub(super) fn tokens(source: &str) -> Result<Vec<Token<'_>>, ConditionError> {
    let mut lexer = Lexer {
        source,
        at: 0,
        column: 1,
    };
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

struct Lexer<'s> {
    source: &'s str,
    at: usize,
    column: usize,
}

impl<'s> Lexer<'s> {
    fn rest(&self) -> &'s str {
        &self.source[self.at..]
    }

    fn take(&mut self, bytes: usize) -> &'s str {
        let text = &self.rest()[..bytes];
        self.at += bytes;
        self.column += text.chars().count();
        text
    }

    fn refuse(&self, before: usize, message: impl Into<String>) -> ConditionError {
        let column = self.column + self.rest()[..before].chars().count();
        ConditionError::new(column, message)
    }

    fn skip_blanks_and_comments(&mut self) {
        loop {
            let rest = self.rest();
            let blanks = rest.len()
                - rest
                    .trim_start_matches(['\t', ' ', '\r', '\n', '\u{c}'])
                    .len();
            let bytes = if blanks > 0 {
                blanks
            } else if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else {
                return;
            };
            self.take(bytes);
        }
    }

    fn next(&mut self) -> Result<Option<Token<'s>>, ConditionError> {
        self.skip_blanks_and_comments();
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return Ok(None);
        };
        let (kind, bytes) = if let Some((kind, prefix)) = text_prefix(rest) {
            (kind, self.text_length(prefix)?)
        } else if first.is_ascii_alphabetic() || first == '_' {
            let bytes = count(rest, |c| c.is_ascii_alphanumeric() || c == '_');
            let kind = match &rest[..bytes] {
                "true" | "false" => TokenKind::Truth,
                "null" => TokenKind::Null,
                "in" => TokenKind::Symbol,
                _ => TokenKind::Name,
            };
            (kind, bytes)
        } else if first == '`' {
            (TokenKind::QuotedName, self.quoted_name_length()?)
        } else if starts_number(rest) {
            number(rest)
        } else if let Some(symbol) = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol)) {
            (TokenKind::Symbol, symbol.len())
        } else {
            return Err(self.refuse(0, format!("`{first}` has no meaning in a condition")));
        };
        let (start, column) = (self.at, self.column);
        Ok(Some(Token {
            kind,
            text: self.take(bytes),
            start,
            column,
        }))
    }

    fn quoted_name_length(&self) -> Result<usize, ConditionError> {
        let name = &self.rest()[1..];
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-/ ".contains(c);
        let bytes = count(name, allowed);
        match name[bytes..].chars().next() {
            Some('`') if bytes > 0 => Ok(bytes + 2),
            Some('`') => Err(self.refuse(0, "the name between the backticks is empty")),
            Some(other) => Err(self.refuse(
                1 + bytes,
                format!(
                    "`{other}` cannot stand in a quoted name; it takes letters, digits, blanks \
                     and any of _ . - /"
                ),
            )),
            None => Err(self.refuse(0, "the name that begins here lacks its closing backtick")),
        }
    }

    /// Length of the text literal whose quote follows `prefix`, escapes checked.
    fn text_length(&self, prefix: &str) -> Result<usize, ConditionError> {
        let rest = self.rest();
        let raw = prefix.contains(['r', 'R']);
        let body = &rest[prefix.len()..];
        let single = &body[..1];
        let triple = single.repeat(3);
        let quote = if body.starts_with(&triple) {
            triple.as_str()
        } else {
            single
        };
        let unclosed = || self.refuse(0, "the text that begins here lacks its closing quote");
        let mut at = prefix.len() + quote.len();
        loop {
            let rest = &rest[at..];
            let Some(next) = rest.chars().next() else {
                return Err(unclosed());
            };
            if rest.starts_with(quote) {
                return Ok(at + quote.len());
            }
            if quote.len() == 1 && (next == '\n' || next == '\r') {
                return Err(unclosed());
            }
            at += if next == '\\' && !raw {
                escape_length(rest).ok_or_else(|| {
                    self.refuse(
                        at,
                        "this escape has no meaning; write `\\\\` for a backslash",
                    )
                })?
            } else {
                next.len_utf8()
            };
        }
    }
}

fn count(text: &str, fits: impl Fn(char) -> bool) -> usize {
    text.find(|c| !fits(c)).unwrap_or(text.len())
}

/// The letters before a quote, where `rest` begins with a text or bytes literal.
fn text_prefix(rest: &str) -> Option<(TokenKind, &str)> {
    let letters = rest.bytes().take(3).take_while(u8::is_ascii_alphabetic);
    let (prefix, quoted) = rest.split_at(letters.count());
    match prefix.to_ascii_lowercase().as_str() {
        _ if !quoted.starts_with(['"', '\'']) => None,
        "" | "r" => Some((TokenKind::Text, prefix)),
        "b" | "br" => Some((TokenKind::Bytes, prefix)),
        _ => None,
    }
}

/// Length of the escape that `rest` begins with.
fn escape_length(rest: &str) -> Option<usize> {
    let digits = |from: usize, count: usize, fits: fn(&u8) -> bool| {
        let digits = rest.as_bytes().get(from..from + count)?;
        digits.iter().all(fits).then_some(from + count)
    };
    match rest.as_bytes().get(1)? {
        b'a' | b'b' | b'f' | b'n' | b'r' | b't' | b'v' | b'"' | b'\'' | b'\\' | b'?' | b'`' => {
            Some(2)
        }
        b'x' | b'X' => digits(2, 2, u8::is_ascii_hexdigit),
        b'u' => digits(2, 4, u8::is_ascii_hexdigit),
        b'U' => digits(2, 8, u8::is_ascii_hexdigit),
        b'0'..=b'3' => digits(2, 2, |digit| (b'0'..=b'7').contains(digit)),
        _ => None,
    }
}

fn starts_number(rest: &str) -> bool {
    let digit = |index: usize| rest.as_bytes().get(index).is_some_and(u8::is_ascii_digit);
    digit(0) || rest.starts_with('.') && digit(1)
}

/// Kind and length of the number that `rest` begins with.
fn number(rest: &str) -> (TokenKind, usize) {
    let digits = |from: usize| from + count(&rest[from..], |c| c.is_ascii_digit());
    let hex = rest
        .strip_prefix("0x")
        .map_or(0, |hex| count(hex, |c| c.is_ascii_hexdigit()));
    let mut end = if hex > 0 { 2 + hex } else { digits(0) };
    let mut kind = TokenKind::Int;
    if hex == 0 {
        if rest[end..].starts_with('.') && digits(end + 1) > end + 1 {
            kind = TokenKind::Double;
            end = digits(end + 1);
        }
        if rest[end..].starts_with(['e', 'E']) {
            let sign = usize::from(rest[end + 1..].starts_with(['+', '-']));
            let exponent = digits(end + 1 + sign);
            if exponent > end + 1 + sign {
                kind = TokenKind::Double;
                end = exponent;
            }
        }
    }
    if kind == TokenKind::Int && rest[end..].starts_with(['u', 'U']) {
        return (TokenKind::Uint, end + 1);
    }
    (kind, end)
}
