//! A checked condition: the tree that is evaluated and said in words.

use regex::Regex;

use super::cell::{Arithmetic, Comparison, Constant};
use super::set::ConstantSet;

/// A field of `product` other than `attributes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Field {
    Sku,
    Group,
    Title,
    Brand,
    Vendor,
    Category,
    PrivateLabel,
    Price,
    ListPrice,
    UnitCost,
    Margin,
    Discount,
    Stock,
    StockCoverDays,
    StockAgeDays,
    AgeDays,
    Funding,
    ReturnRate,
    Rating,
    Season,
    Tags,
}

impl Field {
    /// Every field, in the order of ranking.md section 2.
    pub(crate) const ALL: [Self; 21] = [
        Self::Sku,
        Self::Group,
        Self::Title,
        Self::Brand,
        Self::Vendor,
        Self::Category,
        Self::PrivateLabel,
        Self::Price,
        Self::ListPrice,
        Self::UnitCost,
        Self::Margin,
        Self::Discount,
        Self::Stock,
        Self::StockCoverDays,
        Self::StockAgeDays,
        Self::AgeDays,
        Self::Funding,
        Self::ReturnRate,
        Self::Rating,
        Self::Season,
        Self::Tags,
    ];

    /// Its name in a condition.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sku => "sku",
            Self::Group => "group",
            Self::Title => "title",
            Self::Brand => "brand",
            Self::Vendor => "vendor",
            Self::Category => "category",
            Self::PrivateLabel => "private_label",
            Self::Price => "price",
            Self::ListPrice => "list_price",
            Self::UnitCost => "unit_cost",
            Self::Margin => "margin",
            Self::Discount => "discount",
            Self::Stock => "stock",
            Self::StockCoverDays => "stock_cover_days",
            Self::StockAgeDays => "stock_age_days",
            Self::AgeDays => "age_days",
            Self::Funding => "funding",
            Self::ReturnRate => "return_rate",
            Self::Rating => "rating",
            Self::Season => "season",
            Self::Tags => "tags",
        }
    }

    /// The field of a name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.name() == name)
    }

    /// The type of its values.
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Sku | Self::Group | Self::Title => Kind::Text,
            Self::Brand | Self::Vendor | Self::Category => Kind::Text,
            Self::PrivateLabel | Self::Season => Kind::Bool,
            Self::Stock => Kind::Int,
            Self::Tags => Kind::List(Some(Box::new(Kind::Text))),
            _ => Kind::Double,
        }
    }

    /// Whether its column is a dictionary and a code a row.
    fn is_coded(self) -> bool {
        matches!(
            self,
            Self::Group | Self::Brand | Self::Vendor | Self::Category | Self::Tags
        )
    }
}

/// The type of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Int,
    Double,
    Text,
    /// Of one kind; `None` where the list is empty.
    List(Option<Box<Kind>>),
    /// An attribute's value, text, number or truth, each product's own; in a list, a mixture.
    Dynamic,
}

/// What a product is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    Field(Field),
    /// By name.
    Attribute(Box<str>),
}

impl Source {
    fn is_coded(&self) -> bool {
        match self {
            Self::Field(field) => field.is_coded(),
            Self::Attribute(_) => true,
        }
    }
}

/// A test of one text against another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextTest {
    StartsWith,
    EndsWith,
    Contains,
    Under,
}

/// An expression whose types fit.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Constant(Constant),
    List(Vec<Node>),
    Read(Source),
    Has(Source),
    /// Whether the product has an attribute of this name.
    HasNamed(Box<Node>),
    AttributeCount,
    Not(Box<Node>),
    /// Two or more.
    All(Vec<Node>),
    /// Two or more.
    Any(Vec<Node>),
    Compare(Comparison, Box<[Node; 2]>),
    Arithmetic(Arithmetic, Box<[Node; 2]>),
    Negate(Box<Node>),
    TextTest(TextTest, Box<[Node; 2]>),
    Matches(Box<Node>, Box<Regex>),
    /// An element in a list.
    In(Box<[Node; 2]>),
    InSet(Box<Node>, ConstantSet),
    Size(Box<Node>),
    /// A test that reads one dictionary column and nothing else, so that it is answered once a
    /// distinct value.
    PerValue(Box<PerValue>),
}

/// See [`Node::PerValue`].
#[derive(Debug, Clone)]
pub(crate) struct PerValue {
    pub(super) column: Source,
    pub(super) test: Node,
}

impl PerValue {
    pub(crate) fn test(&self) -> &Node {
        &self.test
    }
}

/// The nodes right below one.
pub(super) fn children(node: &Node) -> &[Node] {
    match node {
        Node::Constant(_) | Node::Read(_) | Node::Has(_) | Node::AttributeCount => &[],
        Node::List(nodes) | Node::All(nodes) | Node::Any(nodes) => nodes,
        Node::HasNamed(node) | Node::Not(node) | Node::Negate(node) | Node::Size(node) => {
            std::slice::from_ref(node)
        }
        Node::Matches(node, _) | Node::InSet(node, _) => std::slice::from_ref(node),
        Node::Compare(_, pair) | Node::Arithmetic(_, pair) => pair.as_slice(),
        Node::TextTest(_, pair) | Node::In(pair) => pair.as_slice(),
        Node::PerValue(per_value) => std::slice::from_ref(&per_value.test),
    }
}

/// Calls `see` with the node and all below it.
pub(super) fn walk<'n>(node: &'n Node, see: &mut impl FnMut(&'n Node)) {
    see(node);
    for child in children(node) {
        walk(child, see);
    }
}

/// What a tree reads, as far as [`per_value`] needs to know.
enum Reads<'n> {
    Nothing,
    Coded(&'n Source),
    Other,
}

fn reads(node: &Node) -> Reads<'_> {
    let own = match node {
        Node::Read(source) | Node::Has(source) if source.is_coded() => Reads::Coded(source),
        Node::Read(_) | Node::Has(_) | Node::HasNamed(_) | Node::AttributeCount => Reads::Other,
        _ => Reads::Nothing,
    };
    children(node)
        .iter()
        .map(reads)
        .fold(own, |left, right| match (left, right) {
            (Reads::Nothing, reads) | (reads, Reads::Nothing) => reads,
            (Reads::Coded(left), Reads::Coded(right)) if left == right => Reads::Coded(left),
            _ => Reads::Other,
        })
}

/// Wraps the largest tests that read one dictionary column each in [`Node::PerValue`].
pub(super) fn per_value(test: Node) -> Node {
    if let Reads::Coded(column) = reads(&test) {
        let column = column.clone();
        return Node::PerValue(Box::new(PerValue { column, test }));
    }
    let each = |tests: Vec<Node>| tests.into_iter().map(per_value).collect();
    match test {
        Node::All(tests) => Node::All(each(tests)),
        Node::Any(tests) => Node::Any(each(tests)),
        Node::Not(test) => Node::Not(Box::new(per_value(*test))),
        other => other,
    }
}
