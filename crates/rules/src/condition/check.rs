//! Gives CEL's tree its types, and refuses what does not fit, every fault with its column.

use cel::common::ast::{CallExpr, Expr, IdedExpr, LiteralValue, SelectExpr, SourceInfo, operators};
use regex::RegexBuilder;

use super::ConditionError;
use super::cell::{Arithmetic, Comparison, Constant};
use super::names::{ATTRIBUTES, did_you_mean, list};
use super::node::{Field, Kind, Node, Source, TextTest};
use super::set::ConstantSet;
use super::token::Token;

/// Bytes that a compiled pattern may take.
const PATTERN_SIZE: usize = 1 << 20;

/// An expression whose types fit.
struct Typed {
    node: Node,
    kind: Kind,
}

impl Typed {
    fn new(node: Node, kind: Kind) -> Self {
        Self { node, kind }
    }
}

/// The condition that an expression of CEL is.
///
/// # Errors
/// Everything whose type does not fit, in the order of the text.
pub(super) fn check(
    expression: &IdedExpr,
    places: &SourceInfo,
    tokens: &[Token<'_>],
) -> Result<Node, Vec<ConditionError>> {
    let mut checker = Checker {
        places,
        tokens,
        errors: Vec::new(),
    };
    let node = checker.truth(expression);
    checker.errors.sort_by_key(|error| error.column);
    match node {
        Some(node) if checker.errors.is_empty() => Ok(node),
        _ => Err(checker.errors),
    }
}

struct Checker<'c> {
    places: &'c SourceInfo,
    tokens: &'c [Token<'c>],
    errors: Vec<ConditionError>,
}

impl Checker<'_> {
    /// The token that stands for an expression: its operator, bracket or only word.
    fn token_index(&self, expression: &IdedExpr) -> usize {
        let start = self
            .places
            .offset_for(expression.id)
            .map_or(0, |(start, _)| start as usize);
        let after = self.tokens.partition_point(|token| token.start <= start);
        after.saturating_sub(1)
    }

    fn column(&self, token_index: usize) -> usize {
        self.tokens.get(token_index).map_or(1, |token| token.column)
    }

    /// Column of the token `step` away from the one that stands for an expression.
    fn column_of(&self, expression: &IdedExpr, step: isize) -> usize {
        self.column(self.token_index(expression).saturating_add_signed(step))
    }

    /// Notes an error at an expression, `None` being the lack of a node.
    fn refuse<T>(&mut self, expression: &IdedExpr, message: impl Into<String>) -> Option<T> {
        let column = self.column_of(expression, 0);
        self.refuse_at(column, message)
    }

    fn refuse_at<T>(&mut self, column: usize, message: impl Into<String>) -> Option<T> {
        self.errors.push(ConditionError::new(column, message));
        None
    }

    /// An operand of `!`, `&&`, `||`, or the whole condition.
    fn truth(&mut self, expression: &IdedExpr) -> Option<Node> {
        let Typed { node, kind } = self.typed(expression)?;
        match kind {
            Kind::Bool | Kind::Dynamic => Some(node),
            _ => self.refuse(
                expression,
                format!(
                    "this is {}, where true or false is wanted; compare it",
                    said(&kind)
                ),
            ),
        }
    }

    fn typed(&mut self, expression: &IdedExpr) -> Option<Typed> {
        match &expression.expr {
            Expr::Literal(literal) => self.literal(expression, literal),
            Expr::Ident(_) => self.refuse(
                expression,
                "`product` alone says nothing; name a field, as in `product.private_label`",
            ),
            Expr::Select(select) => self.select(expression, select),
            Expr::List(elements) => self.list(expression, &elements.elements),
            Expr::Call(call) => self.call(expression, call),
            Expr::Unspecified | Expr::Comprehension(_) | Expr::Map(_) | Expr::Struct(_) => {
                self.refuse(expression, "this is not allowed in a condition")
            }
        }
    }

    fn literal(&mut self, expression: &IdedExpr, literal: &LiteralValue) -> Option<Typed> {
        let (constant, kind) = match literal {
            LiteralValue::Boolean(truth) => (Constant::Bool(*truth.inner()), Kind::Bool),
            LiteralValue::Int(int) => (Constant::Int(*int.inner()), Kind::Int),
            LiteralValue::Double(double) => (Constant::Double(*double.inner()), Kind::Double),
            LiteralValue::String(text) => (Constant::Text(text.inner().into()), Kind::Text),
            LiteralValue::Bytes(_) | LiteralValue::Null | LiteralValue::UInt(_) => {
                return self.refuse(expression, "this literal is not allowed in a condition");
            }
        };
        Some(Typed::new(Node::Constant(constant), kind))
    }

    fn select(&mut self, expression: &IdedExpr, select: &SelectExpr) -> Option<Typed> {
        let name = select.field.as_str();
        // The token of a selection is its dot; that of `has` is the bracket after it, and the
        // field is the last word before the bracket closes.
        let field_column = if select.test {
            let open = self.token_index(expression);
            let close = self.tokens[open..]
                .iter()
                .position(|token| token.text == ")");
            self.column(open + close.unwrap_or(0) - usize::from(close.is_some()))
        } else {
            self.column_of(expression, 1)
        };
        let (source, kind) = if is_attributes(&select.operand) {
            (Source::Attribute(name.into()), Kind::Dynamic)
        } else if !is_product(&select.operand) {
            let Typed { kind, .. } = self.typed(&select.operand)?;
            let message = format!("no field `{name}` here: this is {}", said(&kind));
            return self.refuse_at(field_column, message);
        } else if let Some(field) = Field::named(name) {
            (Source::Field(field), field.kind())
        } else if name != ATTRIBUTES {
            return self.refuse_at(field_column, unknown_field(name));
        } else if select.test {
            return Some(Typed::new(Node::Constant(Constant::Bool(true)), Kind::Bool));
        } else {
            return self.refuse_at(
                field_column,
                "`attributes` are many; name one, as in `product.attributes.roast`",
            );
        };
        Some(if select.test {
            Typed::new(Node::Has(source), Kind::Bool)
        } else {
            Typed::new(Node::Read(source), kind)
        })
    }

    fn list(&mut self, expression: &IdedExpr, elements: &[IdedExpr]) -> Option<Typed> {
        let typed: Vec<Option<Typed>> = elements.iter().map(|e| self.typed(e)).collect();
        let mut nodes = Vec::with_capacity(typed.len());
        let mut of: Option<Kind> = None;
        for typed in typed {
            let Typed { node, kind } = typed?;
            of = match of {
                None => Some(kind),
                Some(of) => match joined(&of, &kind) {
                    Some(kind) => Some(kind),
                    None if !is_list(&of) && !is_list(&kind) => Some(Kind::Dynamic),
                    None => {
                        let message = format!(
                            "this list holds {} and {}; only single values mix",
                            said(&of),
                            said(&kind)
                        );
                        return self.refuse(expression, message);
                    }
                },
            };
            nodes.push(node);
        }
        // An integer literal beside a double is that double.
        if of == Some(Kind::Double) {
            nodes.iter_mut().for_each(int_literal_to_double);
        }
        Some(Typed::new(Node::List(nodes), Kind::List(of.map(Box::new))))
    }

    fn call(&mut self, expression: &IdedExpr, call: &CallExpr) -> Option<Typed> {
        let name = call.func_name.as_str();
        match (name, call.target.as_deref(), call.args.as_slice()) {
            (operators::LOGICAL_AND | operators::LOGICAL_OR, None, [_, _]) => {
                self.logic(expression, name)
            }
            (operators::LOGICAL_NOT, None, [operand]) => {
                let node = self.truth(operand)?;
                Some(Typed::new(Node::Not(Box::new(node)), Kind::Bool))
            }
            (operators::NEGATE, None, [operand]) => self.negate(expression, operand),
            (operators::IN, None, [element, of]) => self.is_in(expression, element, of),
            ("size", Some(of), []) | ("size", None, [of]) => self.size(expression, of),
            (_, Some(text), [argument]) => self.text_test(expression, name, text, argument),
            (_, None, [left, right]) => {
                if let Some(comparison) = comparison(name) {
                    self.compare(expression, comparison, left, right)
                } else if let Some(operator) = arithmetic(name) {
                    self.arithmetic(expression, operator, left, right)
                } else {
                    self.refuse(
                        expression,
                        format!("`{name}` is not allowed in a condition"),
                    )
                }
            }
            _ => self.refuse(
                expression,
                format!("`{name}` is not allowed in a condition"),
            ),
        }
    }

    /// Flattens the balanced tree that the parser makes of a row of `&&` or of `||`.
    fn logic(&mut self, expression: &IdedExpr, operator: &str) -> Option<Typed> {
        let mut nodes = Vec::new();
        let mut is_whole = true;
        let mut pending = vec![expression];
        while let Some(next) = pending.pop() {
            match &next.expr {
                Expr::Call(call) if call.func_name == operator => {
                    pending.extend(call.args.iter().rev());
                }
                _ => match self.truth(next) {
                    Some(node) => nodes.push(node),
                    None => is_whole = false,
                },
            }
        }
        let node = if operator == operators::LOGICAL_AND {
            Node::All(nodes)
        } else {
            Node::Any(nodes)
        };
        is_whole.then_some(Typed::new(node, Kind::Bool))
    }

    fn negate(&mut self, expression: &IdedExpr, operand: &IdedExpr) -> Option<Typed> {
        let Typed { node, kind } = self.typed(operand)?;
        match (node, kind) {
            (Node::Constant(Constant::Int(int)), kind) if int.checked_neg().is_some() => {
                Some(Typed::new(Node::Constant(Constant::Int(-int)), kind))
            }
            (Node::Constant(Constant::Double(double)), kind) => {
                Some(Typed::new(Node::Constant(Constant::Double(-double)), kind))
            }
            (node, kind @ (Kind::Int | Kind::Double | Kind::Dynamic)) => {
                Some(Typed::new(Node::Negate(Box::new(node)), kind))
            }
            (_, kind) => self.refuse(expression, format!("`-` cannot apply to {}", said(&kind))),
        }
    }

    /// Both sides, an integer literal beside a double or an attribute made that double.
    fn sides(&mut self, left: &IdedExpr, right: &IdedExpr) -> Option<(Typed, Typed)> {
        let (left, right) = (self.typed(left), self.typed(right));
        let (mut left, mut right) = (left?, right?);
        meet(&mut left, &right.kind);
        meet(&mut right, &left.kind);
        Some((left, right))
    }

    fn compare(
        &mut self,
        expression: &IdedExpr,
        comparison: Comparison,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Option<Typed> {
        let (left, right) = self.sides(left, right)?;
        let is_equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        if joined(&left.kind, &right.kind).is_none() {
            return self.refuse(
                expression,
                format!(
                    "{} cannot be compared with {}",
                    said(&left.kind),
                    said(&right.kind)
                ),
            );
        }
        let is_list = |kind: &&Kind| matches!(kind, Kind::List(_));
        let list = [&left.kind, &right.kind].into_iter().find(is_list);
        if let Some(list) = list.filter(|_| !is_equality) {
            return self.refuse(expression, format!("{} cannot be put in order", said(list)));
        }
        let nodes = Box::new([left.node, right.node]);
        Some(Typed::new(Node::Compare(comparison, nodes), Kind::Bool))
    }

    fn arithmetic(
        &mut self,
        expression: &IdedExpr,
        operator: Arithmetic,
        left: &IdedExpr,
        right: &IdedExpr,
    ) -> Option<Typed> {
        let (left, right) = self.sides(left, right)?;
        let adds = operator == Arithmetic::Add;
        let kind = match (&left.kind, &right.kind) {
            (Kind::Int, Kind::Int) => Some(Kind::Int),
            (Kind::Int, Kind::Double | Kind::Dynamic)
            | (Kind::Double | Kind::Dynamic, Kind::Int) => {
                return self.refuse(
                    expression,
                    "CEL does not calculate with a whole number (`stock` and sizes are) and a \
                     number with decimals together; compare the two instead",
                );
            }
            (Kind::Double, Kind::Double | Kind::Dynamic) | (Kind::Dynamic, Kind::Double) => {
                Some(Kind::Double)
            }
            (Kind::Dynamic, Kind::Dynamic) => Some(Kind::Dynamic),
            (Kind::Text, Kind::Text | Kind::Dynamic) | (Kind::Dynamic, Kind::Text) if adds => {
                Some(Kind::Text)
            }
            (Kind::List(_), Kind::List(_)) if adds => joined(&left.kind, &right.kind),
            _ => None,
        };
        let Some(kind) = kind else {
            return self.refuse(
                expression,
                format!(
                    "cannot calculate with {} and {}",
                    said(&left.kind),
                    said(&right.kind)
                ),
            );
        };
        let nodes = Box::new([left.node, right.node]);
        Some(Typed::new(Node::Arithmetic(operator, nodes), kind))
    }

    fn is_in(&mut self, expression: &IdedExpr, element: &IdedExpr, of: &IdedExpr) -> Option<Typed> {
        if is_attributes(of) {
            return self.is_in_attributes(expression, element);
        }
        let (element, of) = (self.typed(element), self.typed(of));
        let (mut element, of) = (element?, of?);
        let Kind::List(kind) = of.kind else {
            let message = format!(
                "`in` wants a list, `product.tags` or `product.attributes` after it, not {}",
                said(&of.kind)
            );
            return self.refuse(expression, message);
        };
        if let Some(kind) = &kind {
            meet(&mut element, kind);
            if joined(&element.kind, kind).is_none() {
                let (element, kind) = (said(&element.kind), said(kind));
                let message = format!("{element} is never in a list that holds {kind}");
                return self.refuse(expression, message);
            }
        }
        Some(Typed::new(membership(element.node, of.node), Kind::Bool))
    }

    fn is_in_attributes(&mut self, expression: &IdedExpr, name: &IdedExpr) -> Option<Typed> {
        let Typed { node, kind } = self.typed(name)?;
        let node = match (node, kind) {
            (Node::Constant(Constant::Text(name)), _) => Node::Has(Source::Attribute(name)),
            (node, Kind::Text | Kind::Dynamic) => Node::HasNamed(Box::new(node)),
            (_, kind) => {
                let message = format!("an attribute's name is a text, not {}", said(&kind));
                return self.refuse(expression, message);
            }
        };
        Some(Typed::new(node, Kind::Bool))
    }

    fn size(&mut self, expression: &IdedExpr, of: &IdedExpr) -> Option<Typed> {
        if is_attributes(of) {
            return Some(Typed::new(Node::AttributeCount, Kind::Int));
        }
        let of = self.typed(of)?;
        let node = match of.kind {
            Kind::Text | Kind::List(_) | Kind::Dynamic => Node::Size(Box::new(of.node)),
            kind => {
                let column = self.column_of(expression, -1);
                let message = format!("`size` counts in a text or a list, not in {}", said(&kind));
                return self.refuse_at(column, message);
            }
        };
        Some(Typed::new(node, Kind::Int))
    }

    fn text_test(
        &mut self,
        expression: &IdedExpr,
        name: &str,
        text: &IdedExpr,
        argument: &IdedExpr,
    ) -> Option<Typed> {
        // The token of a call is its bracket, and the name stands before that.
        let column = self.column_of(expression, -1);
        let argument_column = self.column_of(argument, 0);
        let (text, argument) = (self.typed(text), self.typed(argument));
        let (text, argument) = (text?, argument?);
        for (kind, column, what) in [
            (&text.kind, column, "applies to"),
            (&argument.kind, argument_column, "takes"),
        ] {
            if !matches!(kind, Kind::Text | Kind::Dynamic) {
                let message = format!("`{name}` {what} a text, not {}", said(kind));
                return self.refuse_at(column, message);
            }
        }
        let test = match name {
            "startsWith" => TextTest::StartsWith,
            "endsWith" => TextTest::EndsWith,
            "contains" => TextTest::Contains,
            "under" => TextTest::Under,
            _ => return self.pattern(argument_column, text, argument),
        };
        let nodes = Box::new([text.node, argument.node]);
        Some(Typed::new(Node::TextTest(test, nodes), Kind::Bool))
    }

    fn pattern(&mut self, column: usize, text: Typed, pattern: Typed) -> Option<Typed> {
        let Node::Constant(Constant::Text(pattern)) = pattern.node else {
            return self.refuse_at(column, "the pattern of `matches` is a text between quotes");
        };
        match RegexBuilder::new(&pattern).size_limit(PATTERN_SIZE).build() {
            Ok(regex) => {
                let node = Node::Matches(Box::new(text.node), Box::new(regex));
                Some(Typed::new(node, Kind::Bool))
            }
            Err(regex::Error::CompiledTooBig(_)) => {
                self.refuse_at(column, "the pattern is too large; shorten its repetitions")
            }
            Err(error) => {
                // The last line of the library's drawing says what is wrong.
                let error = error.to_string();
                let cause = error.lines().last().unwrap_or_default();
                let cause = cause.trim_start_matches("error: ");
                self.refuse_at(column, format!("the pattern does not work: {cause}"))
            }
        }
    }
}

fn is_product(expression: &IdedExpr) -> bool {
    matches!(expression.expr, Expr::Ident(_))
}

fn is_attributes(expression: &IdedExpr) -> bool {
    match &expression.expr {
        Expr::Select(select) => {
            !select.test && select.field == ATTRIBUTES && is_product(&select.operand)
        }
        _ => false,
    }
}

/// Turns an integer literal into a double where it stands beside one, or beside an attribute,
/// whose numbers are doubles.
fn meet(typed: &mut Typed, beside: &Kind) {
    let literal = matches!(typed.node, Node::Constant(Constant::Int(_)));
    if literal && matches!(beside, Kind::Double | Kind::Dynamic) {
        int_literal_to_double(&mut typed.node);
        typed.kind = Kind::Double;
    }
}

fn int_literal_to_double(node: &mut Node) {
    if let Node::Constant(Constant::Int(int)) = node {
        *node = Node::Constant(Constant::Double(*int as f64));
    }
}

fn is_list(kind: &Kind) -> bool {
    matches!(kind, Kind::List(_))
}

/// The kind that holds values of both, where they can be compared.
fn joined(left: &Kind, right: &Kind) -> Option<Kind> {
    match (left, right) {
        (left, right) if left == right => Some(left.clone()),
        (Kind::Int, Kind::Double) | (Kind::Double, Kind::Int) => Some(Kind::Double),
        (Kind::Dynamic, Kind::Bool | Kind::Int | Kind::Double | Kind::Text)
        | (Kind::Bool | Kind::Int | Kind::Double | Kind::Text, Kind::Dynamic) => {
            Some(Kind::Dynamic)
        }
        (Kind::List(None), Kind::List(kind)) | (Kind::List(kind), Kind::List(None)) => {
            Some(Kind::List(kind.clone()))
        }
        (Kind::List(Some(left)), Kind::List(Some(right))) => {
            Some(Kind::List(Some(Box::new(joined(left, right)?))))
        }
        _ => None,
    }
}

fn membership(element: Node, list: Node) -> Node {
    let constants = match &list {
        Node::List(nodes) => nodes
            .iter()
            .map(|node| match node {
                Node::Constant(constant) => Some(constant.clone()),
                _ => None,
            })
            .collect(),
        _ => None,
    };
    match constants {
        Some(constants) => Node::InSet(Box::new(element), ConstantSet::new(constants)),
        None => Node::In(Box::new([element, list])),
    }
}

fn comparison(operator: &str) -> Option<Comparison> {
    Some(match operator {
        operators::EQUALS => Comparison::Equal,
        operators::NOT_EQUALS => Comparison::NotEqual,
        operators::LESS => Comparison::Less,
        operators::LESS_EQUALS => Comparison::LessOrEqual,
        operators::GREATER => Comparison::Greater,
        operators::GREATER_EQUALS => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

fn arithmetic(operator: &str) -> Option<Arithmetic> {
    Some(match operator {
        operators::ADD => Arithmetic::Add,
        operators::SUBSTRACT => Arithmetic::Subtract,
        operators::MULTIPLY => Arithmetic::Multiply,
        operators::DIVIDE => Arithmetic::Divide,
        _ => return None,
    })
}

fn unknown_field(name: &str) -> String {
    let mut names: Vec<&str> = Field::ALL.iter().map(|field| field.name()).collect();
    names.push(ATTRIBUTES);
    let hint = did_you_mean(name, &names);
    if hint.is_empty() {
        format!(
            "no field `{name}`; the fields are {}, and an attribute is read as \
             `product.attributes.{name}`",
            list(&names)
        )
    } else {
        format!("no field `{name}`{hint}")
    }
}

fn said(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "true or false".to_owned(),
        Kind::Int => "a whole number".to_owned(),
        Kind::Double => "a number".to_owned(),
        Kind::Text => "a text".to_owned(),
        Kind::List(None) => "an empty list".to_owned(),
        Kind::List(Some(kind)) => match kind.as_ref() {
            Kind::Bool => "a list of true and false".to_owned(),
            Kind::Int => "a list of whole numbers".to_owned(),
            Kind::Double => "a list of numbers".to_owned(),
            Kind::Text => "a list of texts".to_owned(),
            Kind::Dynamic => "a list of mixed values".to_owned(),
            _ => "a list of lists".to_owned(),
        },
        Kind::Dynamic => "an attribute".to_owned(),
    }
}
