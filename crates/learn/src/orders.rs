//! Who bought what, order by order: what every model is trained on.

use std::ops::Range;

use endcap_vocab::OrderColumns;

/// Microseconds of a day.
pub const DAY_MICROS: i64 = 86_400_000_000;

/// Orders by shopper and time, each with the products that it contained.
///
/// Shoppers and products are numbered by name, so the order of the lines makes no difference.
/// The orders of nobody in particular stand after those of the last shopper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Orders {
    shoppers: Vec<Box<str>>,
    products: Vec<Box<str>>,
    /// Where each shopper's orders begin; one more than there are shoppers.
    starts: Vec<u32>,
    /// When each order was made, in microseconds since 1970; ascending in a shopper.
    at: Vec<i64>,
    /// Where each order's products begin; one more than there are orders.
    lines: Vec<u32>,
    /// Ascending in an order, each once.
    product: Vec<u32>,
}

impl Default for Orders {
    fn default() -> Self {
        Self {
            shoppers: Vec::new(),
            products: Vec::new(),
            starts: vec![0],
            at: Vec::new(),
            lines: vec![0],
            product: Vec::new(),
        }
    }
}

/// A line, as it is sorted.
type Line = (u32, u32, i64, u32);

impl Orders {
    /// The orders made up to `until_micros`. A line without units (a return) or of the future is
    /// passed over, a product counts once an order, and an order was made when its latest line
    /// was. An order of two shoppers is two orders.
    #[must_use]
    pub fn new(columns: &OrderColumns, until_micros: i64) -> Self {
        let counts = |line: &usize| {
            let quantity = columns.quantity[*line];
            columns.at_micros[*line] <= until_micros && quantity > 0.0 && quantity.is_finite()
        };
        let kept: Vec<usize> = (0..columns.len()).filter(counts).collect();
        let column = |numbers: &[u32]| kept.iter().map(|line| numbers[*line]).collect::<Vec<_>>();
        let (shoppers, shopper) = rename(&columns.names, column(&columns.shopper));
        let (products, product) = rename(&columns.names, column(&columns.sku));
        let (_, order) = rename(&columns.names, column(&columns.order));
        let mut lines: Vec<Line> = (0..kept.len())
            .map(|line| {
                let at = columns.at_micros[kept[line]];
                (shopper[line], order[line], at, product[line])
            })
            .collect();
        // The time of an order is that of its latest line.
        lines.sort_unstable();
        for order in lines.chunk_by_mut(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let at = order[order.len() - 1].2;
            order.iter_mut().for_each(|line| line.2 = at);
        }
        lines.sort_unstable_by_key(|(shopper, order, at, product)| {
            (*shopper, *at, *order, *product)
        });
        lines.dedup();
        let mut orders = Self {
            starts: vec![0; shoppers.len() + 1],
            shoppers,
            products,
            ..Self::default()
        };
        for lines in lines.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (shopper, _, at, _) = lines[0];
            if let Some(end) = orders.starts.get_mut(shopper as usize + 1) {
                *end += 1;
            }
            orders.push(at, lines.iter().map(|line| line.3));
        }
        for shopper in 1..orders.starts.len() {
            orders.starts[shopper] += orders.starts[shopper - 1];
        }
        orders
    }

    fn push(&mut self, at: i64, products: impl Iterator<Item = u32>) {
        self.at.push(at);
        self.product.extend(products);
        self.lines.push(self.product.len() as u32);
    }

    /// Names of shoppers, ascending.
    #[must_use]
    pub fn shoppers(&self) -> &[Box<str>] {
        &self.shoppers
    }

    /// Names of products, ascending.
    #[must_use]
    pub fn products(&self) -> &[Box<str>] {
        &self.products
    }

    /// How many orders there are, nobody's among them.
    #[must_use]
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.at.is_empty()
    }

    /// How many products were bought in all orders, each once an order.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.product.len()
    }

    /// The numbers of a shopper's orders, from first to last.
    #[must_use]
    pub fn of(&self, shopper: usize) -> Range<usize> {
        self.starts[shopper] as usize..self.starts[shopper + 1] as usize
    }

    /// When an order was made, in microseconds since 1970.
    #[must_use]
    pub fn at(&self, order: usize) -> i64 {
        self.at[order]
    }

    /// The products of an order, ascending.
    #[must_use]
    pub fn basket(&self, order: usize) -> &[u32] {
        &self.product[self.lines[order] as usize..self.lines[order + 1] as usize]
    }

    /// When the last order was made; 0 without orders.
    #[must_use]
    pub fn last_at(&self) -> i64 {
        self.at.iter().copied().max().unwrap_or(0)
    }

    /// For each shopper, the distinct products of its orders, ascending.
    #[must_use]
    pub fn bought(&self, shopper: usize) -> Vec<u32> {
        let mut products: Vec<u32> = self.lines_of(self.of(shopper)).to_vec();
        products.sort_unstable();
        products.dedup();
        products
    }

    /// The products of consecutive orders.
    fn lines_of(&self, orders: Range<usize>) -> &[u32] {
        &self.product[self.lines[orders.start] as usize..self.lines[orders.end] as usize]
    }

    /// How many shoppers bought each product.
    #[must_use]
    pub fn buyers(&self) -> Vec<u32> {
        let mut buyers = vec![0; self.products.len()];
        for shopper in 0..self.shoppers.len() {
            for product in self.bought(shopper) {
                buyers[product as usize] += 1;
            }
        }
        buyers
    }

    /// The orders for which `keep` holds, over the same shoppers and products.
    #[must_use]
    pub fn only(&self, keep: impl Fn(usize) -> bool) -> Self {
        self.rebuild(self.products.clone(), keep, Some)
    }

    /// The orders before an instant, over the same shoppers and products.
    #[must_use]
    pub fn before(&self, micros: i64) -> Self {
        self.only(|order| self.at[order] < micros)
    }

    /// The same with some products left out, and the orders that contained nothing else.
    #[must_use]
    pub fn of_products(&self, keep: &[bool]) -> Self {
        let mut numbers = vec![None; self.products.len()];
        let mut names = Vec::new();
        for (product, name) in self.products.iter().enumerate() {
            if keep.get(product) == Some(&true) {
                numbers[product] = Some(names.len() as u32);
                names.push(name.clone());
            }
        }
        let number = |product: u32| numbers[product as usize];
        self.rebuild(names, |_| true, number)
    }

    fn rebuild(
        &self,
        products: Vec<Box<str>>,
        keep: impl Fn(usize) -> bool,
        number: impl Fn(u32) -> Option<u32>,
    ) -> Self {
        let mut orders = Self {
            shoppers: self.shoppers.clone(),
            products,
            ..Self::default()
        };
        let copy = |orders: &mut Self, range: Range<usize>| {
            for order in range.filter(|order| keep(*order)) {
                let products = self
                    .basket(order)
                    .iter()
                    .filter_map(|product| number(*product));
                let mut products = products.peekable();
                if products.peek().is_some() {
                    orders.push(self.at[order], products);
                }
            }
        };
        for shopper in 0..self.shoppers.len() {
            copy(&mut orders, self.of(shopper));
            orders.starts.push(orders.at.len() as u32);
        }
        copy(
            &mut orders,
            self.starts[self.shoppers.len()] as usize..self.len(),
        );
        orders
    }
}

/// The names in use, ascending, and each number's place among them; [`OrderColumns::NOBODY`]
/// stays.
fn rename(names: &[Box<str>], mut numbers: Vec<u32>) -> (Vec<Box<str>>, Vec<u32>) {
    let mut used: Vec<u32> = numbers.clone();
    used.sort_unstable();
    used.dedup();
    used.retain(|number| *number != OrderColumns::NOBODY);
    used.sort_by(|a, b| names[*a as usize].cmp(&names[*b as usize]));
    let mut place = vec![OrderColumns::NOBODY; names.len()];
    for (index, number) in used.iter().enumerate() {
        place[*number as usize] = index as u32;
    }
    for number in &mut numbers {
        *number = place
            .get(*number as usize)
            .copied()
            .unwrap_or(OrderColumns::NOBODY);
    }
    let names = used.iter().map(|number| names[*number as usize].clone());
    (names.collect(), numbers)
}

#[cfg(test)]
pub(crate) mod tests {
    //! 1. Returns, lines of the future and lines twice do not count.
    //! 2. Neither does the order of the lines.
    //! 3. Orders of nobody are orders, of no shopper.
    //! 4. Leaving products out leaves out orders of nothing else.

    use super::*;

    /// A line: order, shopper, sku, day, units.
    pub(crate) type Bought<'t> = (&'t str, Option<&'t str>, &'t str, i64, f64);

    pub(crate) fn columns(lines: &[Bought<'_>]) -> OrderColumns {
        let mut columns = OrderColumns::default();
        for (order, shopper, sku, day, quantity) in lines {
            let mut number = |name: &str| {
                let known = columns.names.iter().position(|known| **known == *name);
                known.unwrap_or_else(|| {
                    columns.names.push(name.into());
                    columns.names.len() - 1
                }) as u32
            };
            let (order, sku) = (number(order), number(sku));
            let shopper = shopper.map_or(OrderColumns::NOBODY, number);
            columns.order.push(order);
            columns.sku.push(sku);
            columns.shopper.push(shopper);
            columns.at_micros.push(day * DAY_MICROS);
            columns.quantity.push(*quantity);
        }
        columns
    }

    pub(crate) fn orders(lines: &[Bought<'_>]) -> Orders {
        Orders::new(&columns(lines), 1000 * DAY_MICROS)
    }

    const LINES: [Bought<'static>; 9] = [
        ("o2", Some("ann"), "milk", 5, 1.0),
        ("o1", Some("ann"), "tea", 2, 1.0),
        ("o1", Some("ann"), "milk", 1, 1.0),
        ("o1", Some("ann"), "milk", 1, 2.0),
        ("o3", Some("bob"), "tea", 3, -1.0),
        ("o4", Some("bob"), "salt", 4, f64::NAN),
        ("o5", Some("bob"), "milk", 4, 1.0),
        ("o6", Some("bob"), "tea", 1001, 1.0),
        ("o7", None, "tea", 7, 1.0),
    ];

    #[test]
    fn returns_lines_of_the_future_and_lines_twice_do_not_count() {
        let orders = orders(&LINES);
        assert_eq!(orders.shoppers(), ["ann".into(), "bob".into()]);
        assert_eq!(orders.products(), ["milk".into(), "tea".into()]);
        assert_eq!((orders.of(0), orders.of(1), orders.len()), (0..2, 2..3, 4));
        assert_eq!(orders.basket(0), [0, 1]);
        assert_eq!(orders.at(0), 2 * DAY_MICROS, "that of its latest line");
        assert_eq!(orders.basket(1), [0]);
        assert_eq!(orders.basket(2), [0]);
        assert_eq!(orders.buyers(), [2, 1]);
    }

    #[test]
    fn the_order_of_lines_makes_no_difference() {
        let mut lines = LINES;
        lines.reverse();
        assert_eq!(orders(&lines), orders(&LINES));
        lines.rotate_left(4);
        assert_eq!(orders(&lines), orders(&LINES));
    }

    #[test]
    fn orders_of_nobody_stand_after_those_of_shoppers() {
        let orders = orders(&LINES);
        assert_eq!(orders.basket(3), [1]);
        assert_eq!(orders.at(3), 7 * DAY_MICROS);
        let before = orders.before(5 * DAY_MICROS);
        assert_eq!((before.len(), before.of(0), before.of(1)), (2, 0..1, 1..2));
    }

    #[test]
    fn a_product_left_out_leaves_orders_of_others() {
        let tea = orders(&LINES).of_products(&[false, true]);
        assert_eq!(tea.products(), ["tea".into()]);
        assert_eq!((tea.len(), tea.of(0), tea.of(1)), (2, 0..1, 1..1));
    }

    #[test]
    fn no_lines_are_no_orders() {
        assert_eq!(orders(&[]), Orders::default());
        assert_eq!(Orders::default().last_at(), 0);
    }
}
