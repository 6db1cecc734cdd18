//! Section 2: one condition, one product, one row at a time, over the syntax tree of `cel`.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use cel::common::ast::{Expr, LiteralValue, SelectExpr, operators};
use chrono::{Datelike, NaiveDate};
use endcap_vocab::{AttributeValue, Product, category_is_under};
use regex::Regex;

/// What a condition sees of a product.
pub struct Facts<'a> {
    pub product: &'a Product,
    /// Effective, or regular where a promotion looks.
    pub price: f64,
    pub stock: i64,
    /// The request's.
    pub date: NaiveDate,
}

impl Facts<'_> {
    pub fn margin(&self) -> f64 {
        (self.price - self.product.unit_cost) / self.price
    }

    pub fn age_days(&self) -> Option<f64> {
        let launched_on = self.product.launched_on?;
        Some((self.date - launched_on).num_days() as f64)
    }

    pub fn in_season(&self) -> bool {
        let month = self.date.month() as u8;
        self.product.season_months.contains(&month)
    }
}

#[derive(Clone)]
enum Value {
    Bool(bool),
    Int(i64),
    Double(f64),
    Text(String),
    List(Vec<Value>),
}

/// A value is missing, or an operator does not fit its operands.
struct Failed;

type Outcome = Result<Value, Failed>;

thread_local! {
    /// Syntax trees by text; the parser takes far longer than the evaluation.
    static PARSED: RefCell<HashMap<String, Rc<Expr>>> = RefCell::default();
    static PATTERNS: RefCell<HashMap<String, Rc<Regex>>> = RefCell::default();
}

fn parsed(text: &str) -> Rc<Expr> {
    PARSED.with_borrow_mut(|cache| {
        let parse = || {
            let program = cel::Program::compile(text).expect("a generated condition parses");
            Rc::new(program.expression().expr.clone())
        };
        Rc::clone(cache.entry(text.to_owned()).or_insert_with(parse))
    })
}

/// Whether a condition is true for a product; a condition that fails is not.
pub fn holds(condition: &str, facts: &Facts) -> bool {
    matches!(
        eval(&parsed(condition), facts),
        Ok(Value::Bool(value)) if value
    )
}

fn eval(expr: &Expr, facts: &Facts) -> Outcome {
    match expr {
        Expr::Literal(LiteralValue::Boolean(value)) => Ok(Value::Bool(*value.inner())),
        Expr::Literal(LiteralValue::Int(value)) => Ok(Value::Int(*value.inner())),
        Expr::Literal(LiteralValue::Double(value)) => Ok(Value::Double(*value.inner())),
        Expr::Literal(LiteralValue::String(value)) => Ok(Value::Text(value.inner().to_owned())),
        Expr::List(list) => {
            let elements = list.elements.iter();
            let values = elements.map(|element| eval(&element.expr, facts));
            Ok(Value::List(values.collect::<Result<_, _>>()?))
        }
        Expr::Select(select) if select.test => {
            let value = selected(select, facts);
            Ok(Value::Bool(value.is_some()))
        }
        Expr::Select(select) => selected(select, facts).ok_or(Failed),
        Expr::Call(call) => {
            let mut operands: Vec<&Expr> = Vec::new();
            operands.extend(call.target.iter().map(|target| &target.expr));
            operands.extend(call.args.iter().map(|argument| &argument.expr));
            if call.func_name == operators::LOGICAL_AND {
                return absorb(operands[0], operands[1], false, facts);
            }
            if call.func_name == operators::LOGICAL_OR {
                return absorb(operands[0], operands[1], true, facts);
            }
            let values = operands.into_iter().map(|operand| eval(operand, facts));
            apply(&call.func_name, values.collect::<Result<_, _>>()?)
        }
        other => panic!("not a part of conditions: {other:?}"),
    }
}

/// `&&` (decided by false) and `||` (decided by true): a side that decides makes up for an
/// error of the other.
fn absorb(left: &Expr, right: &Expr, decides: bool, facts: &Facts) -> Outcome {
    let sides = [eval(left, facts), eval(right, facts)];
    let is =
        |side: &Outcome, wanted: bool| matches!(side, Ok(Value::Bool(value)) if *value == wanted);
    if sides.iter().any(|side| is(side, decides)) {
        Ok(Value::Bool(decides))
    } else if sides.iter().all(|side| is(side, !decides)) {
        Ok(Value::Bool(!decides))
    } else {
        Err(Failed)
    }
}

/// A field of the product or an attribute; `None` where the product lacks it.
fn selected(select: &SelectExpr, facts: &Facts) -> Option<Value> {
    let text = |text: &str| Value::Text(text.to_owned());
    match &select.operand.expr {
        Expr::Ident(name) if name == "product" => {}
        Expr::Select(inner) if inner.field == "attributes" => {
            let value = facts.product.attributes.get(&select.field)?;
            return Some(match value {
                AttributeValue::Bool(value) => Value::Bool(*value),
                AttributeValue::Number(value) => Value::Double(*value),
                AttributeValue::Text(value) => text(value),
            });
        }
        other => panic!("a field of {other:?}"),
    }
    let product = facts.product;
    Some(match select.field.as_str() {
        "sku" => text(&product.sku),
        "group" => text(product.group.as_ref()?),
        "title" => text(&product.title),
        "brand" => text(product.brand.as_ref()?),
        "vendor" => text(product.vendor.as_ref()?),
        "category" => text(&product.category),
        "private_label" => Value::Bool(product.private_label),
        "price" => Value::Double(facts.price),
        "list_price" => Value::Double(product.price),
        "unit_cost" => Value::Double(product.unit_cost),
        "margin" => Value::Double(facts.margin()),
        "discount" => Value::Double(1.0 - facts.price / product.price),
        "stock" => Value::Int(facts.stock),
        "stock_cover_days" => Value::Double(product.stock_cover_days?),
        "stock_age_days" => Value::Double(product.stock_age_days?),
        "age_days" => Value::Double(facts.age_days()?),
        "funding" => Value::Double(product.vendor_funding / facts.price),
        "return_rate" => Value::Double(product.return_rate),
        "rating" => Value::Double(product.rating?),
        "season" => Value::Bool(facts.in_season()),
        "tags" => Value::List(product.tags.iter().map(|tag| text(tag)).collect()),
        other => panic!("no field `{other}`"),
    })
}

fn apply(name: &str, values: Vec<Value>) -> Outcome {
    use Value::{Bool, Double, Int, List, Text};
    let mut values = values.into_iter();
    let first = values.next().ok_or(Failed)?;
    let Some(second) = values.next() else {
        return match (name, first) {
            (operators::LOGICAL_NOT, Bool(value)) => Ok(Bool(!value)),
            (operators::NEGATE, Int(value)) => value.checked_neg().map(Int).ok_or(Failed),
            (operators::NEGATE, Double(value)) => Ok(Double(-value)),
            ("size", List(list)) => Ok(Int(list.len() as i64)),
            ("size", Text(text)) => Ok(Int(text.chars().count() as i64)),
            _ => Err(Failed),
        };
    };
    match name {
        operators::EQUALS => return Ok(Bool(equal(&first, &second))),
        operators::NOT_EQUALS => return Ok(Bool(!equal(&first, &second))),
        operators::IN => {
            let List(list) = &second else {
                return Err(Failed);
            };
            return Ok(Bool(list.iter().any(|element| equal(element, &first))));
        }
        _ => {}
    }
    match (first, second) {
        (Int(a), Int(b)) => integers(name, a, b),
        (Int(a), Double(b)) => doubles(name, a as f64, b),
        (Double(a), Int(b)) => doubles(name, a, b as f64),
        (Double(a), Double(b)) => doubles(name, a, b),
        (Text(a), Text(b)) => texts(name, &a, &b),
        (Bool(a), Bool(b)) => ordering(name, &a, &b).map(Bool).ok_or(Failed),
        (List(mut a), List(b)) if name == operators::ADD => {
            a.extend(b);
            Ok(List(a))
        }
        _ => Err(Failed),
    }
}

fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Int(a), Value::Double(b)) | (Value::Double(b), Value::Int(a)) => *a as f64 == *b,
        (Value::Double(a), Value::Double(b)) => a == b,
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        _ => false,
    }
}

fn ordering<T: PartialOrd>(name: &str, a: &T, b: &T) -> Option<bool> {
    match name {
        operators::LESS => Some(a < b),
        operators::LESS_EQUALS => Some(a <= b),
        operators::GREATER => Some(a > b),
        operators::GREATER_EQUALS => Some(a >= b),
        _ => None,
    }
}

fn integers(name: &str, a: i64, b: i64) -> Outcome {
    if let Some(value) = ordering(name, &a, &b) {
        return Ok(Value::Bool(value));
    }
    let value = match name {
        operators::ADD => a.checked_add(b),
        operators::SUBSTRACT => a.checked_sub(b),
        operators::MULTIPLY => a.checked_mul(b),
        operators::DIVIDE => a.checked_div(b),
        _ => None,
    };
    value.map(Value::Int).ok_or(Failed)
}

fn doubles(name: &str, a: f64, b: f64) -> Outcome {
    if let Some(value) = ordering(name, &a, &b) {
        return Ok(Value::Bool(value));
    }
    match name {
        operators::ADD => Ok(Value::Double(a + b)),
        operators::SUBSTRACT => Ok(Value::Double(a - b)),
        operators::MULTIPLY => Ok(Value::Double(a * b)),
        operators::DIVIDE => Ok(Value::Double(a / b)),
        _ => Err(Failed),
    }
}

fn texts(name: &str, a: &str, b: &str) -> Outcome {
    if let Some(value) = ordering(name, &a, &b) {
        return Ok(Value::Bool(value));
    }
    let value = match name {
        operators::ADD => return Ok(Value::Text(format!("{a}{b}"))),
        "startsWith" => a.starts_with(b),
        "endsWith" => a.ends_with(b),
        "contains" => a.contains(b),
        "matches" => PATTERNS.with_borrow_mut(|cache| {
            let compile = || Rc::new(Regex::new(b).expect("a generated pattern compiles"));
            let pattern = Rc::clone(cache.entry(b.to_owned()).or_insert_with(compile));
            pattern.is_match(a)
        }),
        "under" => category_is_under(a, b),
        _ => return Err(Failed),
    };
    Ok(Value::Bool(value))
}
