//! The grammar of conditions, held against the tokens before CEL's parser sees the text.
//!
//! CEL's parser recovers from faults by building incomplete trees, on which it can panic,
//! it words faults in terms of its grammar, and it recurses as deep as the text asks. So it
//! is given only what this page accepts, and precedence, grouping and literals stay its own.

use super::ConditionError;
use super::names::{FUNCTIONS, METHODS, did_you_mean, is_field, list};
use super::token::{Token, TokenKind};

/// Brackets within brackets.
const MAX_NESTING: usize = 32;

/// Operators that apply to one another's results; `&&` and `||` are balanced and do not count.
const MAX_HEIGHT: usize = 128;

/// A pair of brackets that is open.
struct Group<'s> {
    open: Token<'s>,
    kind: GroupKind,
    /// Operators since the last `&&`, `||` or comma.
    operators: usize,
    /// Height of the highest group among those operators.
    inner_height: usize,
    /// Height of the highest part that has ended.
    height: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum GroupKind {
    Whole,
    Parentheses,
    Call,
    List,
}

impl<'s> Group<'s> {
    fn new(open: Token<'s>, kind: GroupKind) -> Self {
        Self {
            open,
            kind,
            operators: 0,
            inner_height: 0,
            height: 0,
        }
    }

    fn end_part(&mut self) {
        self.height = self.height.max(self.operators + self.inner_height);
        self.operators = 0;
        self.inner_height = 0;
    }
}

/// Checks that tokens form a condition, as far as that can be seen without types.
///
/// # Errors
/// At the first token that cannot stand where it does.
pub(super) fn check(tokens: &[Token<'_>]) -> Result<(), ConditionError> {
    let Some(first) = tokens.first() else {
        return Err(ConditionError::new(
            1,
            "the condition is empty; write `true` for all products",
        ));
    };
    let mut reader = Reader {
        tokens,
        at: 0,
        groups: vec![Group::new(*first, GroupKind::Whole)],
    };
    loop {
        reader.operand()?;
        if !reader.operator()? {
            return Ok(());
        }
    }
}

struct Reader<'t, 's> {
    tokens: &'t [Token<'s>],
    at: usize,
    /// From the whole text inwards; never empty.
    groups: Vec<Group<'s>>,
}

impl<'s> Reader<'_, 's> {
    fn peek(&self) -> Option<Token<'s>> {
        self.tokens.get(self.at).copied()
    }

    fn next_is(&self, symbol: &str) -> bool {
        self.peek()
            .is_some_and(|token| token.kind == TokenKind::Symbol && token.text == symbol)
    }

    fn group(&mut self) -> &mut Group<'s> {
        self.groups
            .last_mut()
            .expect("the group of the whole text stays open")
    }

    fn end(&self, missing: &str) -> ConditionError {
        let last = self.tokens.last();
        let column = last.map_or(1, |last| last.column + last.text.chars().count());
        ConditionError::new(column, missing)
    }

    fn open(&mut self, kind: GroupKind) -> Result<(), ConditionError> {
        let token = self.tokens[self.at];
        if self.groups.len() > MAX_NESTING {
            return Err(ConditionError::new(
                token.column,
                format!("brackets are nested deeper than {MAX_NESTING}; flatten the condition"),
            ));
        }
        self.groups.push(Group::new(token, kind));
        self.at += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<(), ConditionError> {
        let column = self.tokens[self.at].column;
        self.at += 1;
        self.group().end_part();
        let height = self.groups.pop().map_or(0, |group| group.height);
        let group = self.group();
        group.inner_height = group.inner_height.max(height + 1);
        self.check_height(column)
    }

    fn check_height(&mut self, column: usize) -> Result<(), ConditionError> {
        let group = self.group();
        if group.operators + group.inner_height > MAX_HEIGHT {
            return Err(ConditionError::new(
                column,
                format!("more than {MAX_HEIGHT} operators depend on one another; shorten this"),
            ));
        }
        Ok(())
    }

    fn count_operator(&mut self, column: usize) -> Result<(), ConditionError> {
        self.group().operators += 1;
        self.check_height(column)
    }

    /// Reads signs and opening brackets up to a value, the value, and its fields and methods.
    fn operand(&mut self) -> Result<(), ConditionError> {
        loop {
            let Some(token) = self.peek() else {
                return Err(self.end("the condition ends where a value should follow"));
            };
            let refuse = |message: String| Err(ConditionError::new(token.column, message));
            match (token.kind, token.text) {
                (TokenKind::Truth | TokenKind::Int | TokenKind::Double | TokenKind::Text, _) => {
                    self.at += 1;
                    return Ok(());
                }
                (TokenKind::Uint, text) => {
                    return refuse(format!(
                        "`{text}` is an unsigned number; leave the `{}` out",
                        &text[text.len() - 1..]
                    ));
                }
                (TokenKind::Bytes, _) => {
                    return refuse(
                        "bytes are not allowed; write a text without the `b`".to_owned(),
                    );
                }
                (TokenKind::Null, _) => {
                    return refuse(
                        "`null` is not allowed; `has(product.brand)` tests for a value".to_owned(),
                    );
                }
                (TokenKind::Name, name) => {
                    self.at += 1;
                    if !self.next_is("(") {
                        return self.variable(token);
                    }
                    if !FUNCTIONS.contains(&name) {
                        return Err(unknown_function(token, &FUNCTIONS));
                    }
                    if name == "has" {
                        return self.presence();
                    }
                    self.open(GroupKind::Call)?;
                }
                (TokenKind::QuotedName, name) => {
                    return refuse(format!("{name} stands only after a dot"));
                }
                (_, "!" | "-") => {
                    let mut sign = token;
                    while self.next_is(sign.text) {
                        self.at += 1;
                    }
                    if let Some(next) = self.peek()
                        && matches!(next.text, "!" | "-")
                        && next.kind == TokenKind::Symbol
                    {
                        sign = next;
                        return Err(ConditionError::new(
                            sign.column,
                            "`!` and `-` do not apply to the same value",
                        ));
                    }
                    self.count_operator(sign.column)?;
                    continue;
                }
                (_, "(") => self.open(GroupKind::Parentheses)?,
                (_, "[") => {
                    self.open(GroupKind::List)?;
                    if self.next_is("]") {
                        return self.close();
                    }
                }
                (_, "]")
                    if self.group().kind == GroupKind::List
                        && self.tokens[self.at - 1].text == "," =>
                {
                    return self.close();
                }
                (_, "{") => return refuse("maps are not allowed; lists are".to_owned()),
                (_, text) => return refuse(format!("a value is missing before `{text}`")),
            }
        }
    }

    fn variable(&mut self, token: Token<'s>) -> Result<(), ConditionError> {
        let name = token.text;
        if name == "product" {
            return Ok(());
        }
        let cure = if is_field(name) {
            format!("write `product.{name}`")
        } else {
            "a condition is about `product`; a text stands between quotes".to_owned()
        };
        Err(ConditionError::new(
            token.column,
            format!("no variable `{name}`; {cure}"),
        ))
    }

    /// Reads what follows the name `has`: brackets round a field of the product.
    fn presence(&mut self) -> Result<(), ConditionError> {
        let open = self.tokens[self.at];
        let mut at = self.at + 1;
        let is = |at: usize, text: &str| self.tokens.get(at).is_some_and(|t| t.text == text);
        let mut fields = 0;
        if is(at, "product") {
            at += 1;
            while is(at, ".")
                && self.tokens.get(at + 1).is_some_and(|token| {
                    matches!(token.kind, TokenKind::Name | TokenKind::QuotedName)
                })
            {
                at += 2;
                fields += 1;
            }
        }
        if fields == 0 || fields > 2 || !is(at, ")") {
            return Err(ConditionError::new(
                open.column,
                "`has` takes one field of the product, as in `has(product.brand)`",
            ));
        }
        self.at = at + 1;
        self.group().inner_height = self.group().inner_height.max(3);
        self.check_height(open.column)
    }

    /// Reads fields, methods and closing brackets up to an operator that wants a value after
    /// it; `false` at the end.
    fn operator(&mut self) -> Result<bool, ConditionError> {
        loop {
            let Some(token) = self.peek() else {
                let group = self.group();
                if group.kind == GroupKind::Whole {
                    return Ok(false);
                }
                let (text, column) = (group.open.text, group.open.column);
                return Err(ConditionError::new(
                    column,
                    format!("this `{text}` is never closed"),
                ));
            };
            let refuse = |message: String| Err(ConditionError::new(token.column, message));
            let text = token.text;
            if token.kind != TokenKind::Symbol {
                return refuse(format!("an operator is missing before `{text}`"));
            }
            let kind = self.group().kind;
            match text {
                "&&" | "||" => {
                    self.group().end_part();
                    self.at += 1;
                    return Ok(true);
                }
                "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "+" | "-" | "*" | "/" => {
                    self.count_operator(token.column)?;
                    self.at += 1;
                    return Ok(true);
                }
                "." => {
                    self.count_operator(token.column)?;
                    self.at += 1;
                    if self.member()? {
                        return Ok(true);
                    }
                }
                ")" if matches!(kind, GroupKind::Parentheses | GroupKind::Call) => self.close()?,
                "]" if kind == GroupKind::List => self.close()?,
                ")" | "]" => return refuse(format!("this `{text}` closes nothing")),
                "," if kind == GroupKind::List => {
                    self.group().end_part();
                    self.at += 1;
                    return Ok(true);
                }
                "," if kind == GroupKind::Call => {
                    return refuse("a function here takes one value".to_owned());
                }
                "," => {
                    return refuse("`,` stands only in a list, as in `[\"a\", \"b\"]`".to_owned());
                }
                "[" => {
                    return refuse(
                        "`[` cannot follow a value; an attribute is read as \
                         `product.attributes.name`"
                            .to_owned(),
                    );
                }
                "?" | ":" => {
                    return refuse("`? :` is not allowed; write it with `&&` and `||`".to_owned());
                }
                "%" => return refuse("`%` is not allowed; the operators are + - * /".to_owned()),
                "=" => return refuse("`=` has no meaning; write `==`".to_owned()),
                "&" => return refuse("`&` has no meaning; write `&&`".to_owned()),
                "|" => return refuse("`|` has no meaning; write `||`".to_owned()),
                "!" => return refuse("an operator is missing before `!`".to_owned()),
                _ => return refuse(format!("`{text}` is not allowed here")),
            }
        }
    }

    /// Reads what follows a dot: `true` where a method's argument comes next.
    fn member(&mut self) -> Result<bool, ConditionError> {
        let Some(token) = self.peek() else {
            return Err(self.end("the condition ends where a field should follow the dot"));
        };
        match token.kind {
            TokenKind::Name | TokenKind::QuotedName => {}
            TokenKind::Truth | TokenKind::Null => {
                return Err(ConditionError::new(
                    token.column,
                    format!(
                        "quote this name: `` .`{0}` `` instead of `.{0}`",
                        token.text
                    ),
                ));
            }
            _ if token.text == "in" => {
                return Err(ConditionError::new(
                    token.column,
                    "quote this name: `` .`in` `` instead of `.in`",
                ));
            }
            _ => {
                return Err(ConditionError::new(
                    token.column,
                    format!("a field should follow the dot, not `{}`", token.text),
                ));
            }
        }
        self.at += 1;
        if !self.next_is("(") {
            return Ok(false);
        }
        if !METHODS.contains(&token.text) {
            return Err(unknown_function(token, &METHODS));
        }
        self.open(GroupKind::Call)?;
        let empty = self.next_is(")");
        match (token.text == "size", empty) {
            (true, true) => self.close().map(|()| false),
            (true, false) => Err(ConditionError::new(
                token.column,
                "`size` takes no value after a dot: `x.size()`",
            )),
            (false, true) => Err(ConditionError::new(
                token.column,
                format!("`{0}` takes one value, as in `.{0}(\"text\")`", token.text),
            )),
            (false, false) => Ok(true),
        }
    }
}

fn unknown_function(token: Token<'_>, known: &[&str]) -> ConditionError {
    let name = token.text;
    let hint = did_you_mean(name, known);
    let hint = if hint.is_empty() {
        format!("; those allowed are {}", list(known))
    } else {
        hint
    };
    let place = if known == METHODS { " after a dot" } else { "" };
    ConditionError::new(token.column, format!("no function `{name}`{place}{hint}"))
}
