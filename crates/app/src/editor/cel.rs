//! The clauses of a CEL text, where it is one that the builder can show.

use cel::common::ast::{CallExpr, Expr, LiteralValue, SelectExpr, operators};
use cel::parser::Parser;
use endcap_rules::Condition;

use super::clauses::ATTRIBUTES;
use super::{Clause, Clauses, FieldValue, Join, Operator};

/// Reads a condition as clauses; `None` where it is faulty, or richer than the builder shows.
#[must_use]
pub fn from_cel(text: &str) -> Option<Clauses> {
    // The parser may only see what holds up: on other texts it can panic.
    Condition::parse(text).ok()?;
    let root = Parser::new()
        .enable_ident_escape_syntax(true)
        .error_recovery_limit(0)
        .parse(text)
        .ok()?;
    if let Expr::Literal(LiteralValue::Boolean(truth)) = &root.expr {
        return truth.inner().then(Clauses::default);
    }
    let (join, operator) = match &root.expr {
        Expr::Call(call) if call.func_name == operators::LOGICAL_OR => {
            (Join::AnyOf, operators::LOGICAL_OR)
        }
        _ => (Join::AllOf, operators::LOGICAL_AND),
    };
    // The parser balances a row of operators into a tree.
    let mut clauses = Vec::new();
    let mut pending = vec![&root.expr];
    while let Some(next) = pending.pop() {
        match next {
            Expr::Call(call) if call.func_name == operator => {
                pending.extend(call.args.iter().rev().map(|part| &part.expr));
            }
            part => clauses.push(clause(part)?),
        }
    }
    Some(Clauses { join, clauses })
}

fn clause(expression: &Expr) -> Option<Clause> {
    match expression {
        Expr::Call(call) if call.func_name == operators::LOGICAL_NOT => {
            let operand = &call.args.first()?.expr;
            let clause = clause(operand)?;
            // Where an attribute is a text, `!(attribute == true)` holds and `== false` does not.
            let is_compared = matches!(operand, Expr::Call(_)) && is_truth(clause.operator);
            let fits = !(is_compared && clause.field.starts_with(ATTRIBUTES));
            fits.then(|| negated(clause)).flatten()
        }
        Expr::Call(call) => called(call),
        Expr::Select(select) if select.test => Some(Clause {
            field: selected(select)?,
            operator: Operator::Present,
            value: FieldValue::Nothing,
        }),
        Expr::Select(select) => Some(Clause {
            field: selected(select)?,
            operator: Operator::Yes,
            value: FieldValue::Nothing,
        }),
        _ => None,
    }
}

fn is_truth(operator: Operator) -> bool {
    matches!(operator, Operator::Yes | Operator::No)
}

/// The opposite, where there is an operator that is the opposite for every product, also for
/// one that lacks the value.
fn negated(clause: Clause) -> Option<Clause> {
    let operator = match clause.operator {
        Operator::OneOf => Operator::NoneOf,
        Operator::Under => Operator::NotUnder,
        Operator::Yes => Operator::No,
        Operator::No => Operator::Yes,
        Operator::Tagged => Operator::NotTagged,
        Operator::Present => Operator::Absent,
        Operator::Is => Operator::IsNot,
        Operator::AtLeast => Operator::Below,
        Operator::AtMost => Operator::Above,
        Operator::Above => Operator::AtMost,
        Operator::Below => Operator::AtLeast,
        _ => return None,
    };
    Some(Clause { operator, ..clause })
}

fn called(call: &CallExpr) -> Option<Clause> {
    let name = call.func_name.as_str();
    match (name, call.target.as_deref(), call.args.as_slice()) {
        (operators::IN, None, [element, list]) => match (&element.expr, &list.expr) {
            (Expr::Select(_), Expr::List(_)) => Some(Clause {
                field: field(&element.expr)?,
                operator: Operator::OneOf,
                value: list_value(&list.expr)?,
            }),
            (Expr::Literal(_), Expr::Select(_)) => {
                let field = field(&list.expr).filter(|field| field == "tags")?;
                Some(Clause {
                    field,
                    operator: Operator::Tagged,
                    value: text(&element.expr).map(FieldValue::Text)?,
                })
            }
            _ => None,
        },
        (_, None, [left, right]) => compared(name, &left.expr, &right.expr),
        (_, Some(target), [argument]) => {
            let operator = match name {
                "contains" => Operator::Contains,
                "startsWith" => Operator::StartsWith,
                "endsWith" => Operator::EndsWith,
                "under" => Operator::Under,
                _ => return None,
            };
            let field = field(&target.expr)?;
            // The builder offers trees for categories alone.
            let fits = operator != Operator::Under || field == "category";
            fits.then_some(Clause {
                field,
                operator,
                value: text(&argument.expr).map(FieldValue::Text)?,
            })
        }
        _ => None,
    }
}

fn compared(name: &str, left: &Expr, right: &Expr) -> Option<Clause> {
    let field = field(left)?;
    let is_equality = matches!(name, operators::EQUALS | operators::NOT_EQUALS);
    if let Expr::Literal(LiteralValue::Boolean(truth)) = right {
        let operator = match (name, *truth.inner()) {
            (operators::EQUALS, true) => Operator::Yes,
            (operators::EQUALS, false) => Operator::No,
            _ => return None,
        };
        return Some(Clause {
            field,
            operator,
            value: FieldValue::Nothing,
        });
    }
    let value = number(right)
        .map(FieldValue::Number)
        .or_else(|| text(right).filter(|_| is_equality).map(FieldValue::Text))?;
    let operator = match name {
        operators::EQUALS => Operator::Is,
        operators::NOT_EQUALS => Operator::IsNot,
        operators::GREATER_EQUALS => Operator::AtLeast,
        operators::LESS_EQUALS => Operator::AtMost,
        operators::GREATER => Operator::Above,
        operators::LESS => Operator::Below,
        _ => return None,
    };
    Some(Clause {
        field,
        operator,
        value,
    })
}

fn field(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Select(select) if !select.test => selected(select),
        _ => None,
    }
}

/// The name of what is selected: `margin` of the product, or `attributes.roast`.
fn selected(select: &SelectExpr) -> Option<String> {
    match &select.operand.expr {
        Expr::Ident(_) => (select.field != "attributes").then(|| select.field.clone()),
        Expr::Select(_) => Some(format!("{ATTRIBUTES}{}", select.field)),
        _ => None,
    }
}

fn text(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Literal(LiteralValue::String(text)) => Some(text.inner().to_owned()),
        _ => None,
    }
}

fn number(expression: &Expr) -> Option<f64> {
    match expression {
        Expr::Literal(LiteralValue::Double(number)) => Some(*number.inner()),
        Expr::Literal(LiteralValue::Int(int)) => {
            let int = *int.inner();
            let number = int as f64;
            (number as i64 == int && number.abs() < i64::MAX as f64).then_some(number)
        }
        Expr::Call(call) if call.func_name == operators::NEGATE => {
            number(&call.args.first()?.expr).map(|number| -number)
        }
        _ => None,
    }
}

fn list_value(expression: &Expr) -> Option<FieldValue> {
    let Expr::List(list) = expression else {
        return None;
    };
    let items = || list.elements.iter().map(|element| &element.expr);
    let texts: Option<Vec<String>> = items().map(text).collect();
    let numbers = || items().map(number).collect::<Option<Vec<f64>>>();
    texts
        .map(FieldValue::Texts)
        .or_else(|| numbers().map(FieldValue::Numbers))
}
