//! The one formatter of numbers: grouping, money, per cent, points, ratios.

/// A minus sign as wide as a plus, unlike the hyphen of `format!`.
const MINUS: char = '\u{2212}';
/// Shown where a number is not one.
const NOT_A_NUMBER: &str = "–";
/// Keeps a number and its unit on one line.
const NO_BREAK: char = '\u{a0}';

/// How numbers are written: the decimal sign first, then what stands between thousands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum NumberFormat {
    /// `1,234.56`
    #[default]
    PointComma,
    /// `1.234,56`
    CommaPoint,
    /// `1 234,56`, with a narrow space that does not break
    SpaceComma,
}

impl NumberFormat {
    /// A count: `1,310`.
    pub fn integer(self, value: i64) -> String {
        let digits = value.unsigned_abs().to_string();
        self.assemble(value < 0, &digits, "")
    }

    /// A number with exactly this many decimals: `1,234.50`.
    pub fn decimal(self, value: f64, decimals: usize) -> String {
        if !value.is_finite() {
            return NOT_A_NUMBER.to_owned();
        }
        let text = format!("{:.decimals$}", value.abs());
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        // What rounds to nothing has no sign.
        let negative = value < 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        self.assemble(negative, whole, fraction)
    }

    /// A change, with its sign either way: `+0.71`, `−0.04`; nothing before zero.
    pub fn signed(self, value: f64, decimals: usize) -> String {
        let text = self.decimal(value, decimals);
        let is_up = value > 0.0 && text.bytes().any(|byte| (b'1'..=b'9').contains(&byte));
        if is_up { format!("+{text}") } else { text }
    }

    /// An amount in the currency with the given ISO 4217 code: `$9.49`, `9,49 €`, `CHF 9.49`.
    pub fn money(self, amount: f64, currency: &str) -> String {
        self.money_with(amount, currency, minor_digits(currency))
    }

    /// An amount without its minor unit: `$412`.
    pub fn money_whole(self, amount: f64, currency: &str) -> String {
        self.money_with(amount, currency, 0)
    }

    /// A share of one as per cent: `0.344` with one decimal is `34.4%`.
    pub fn percent(self, share: f64, decimals: usize) -> String {
        self.with_unit(share * 100.0, decimals, "%")
    }

    /// A difference of two shares as percentage points: `−0.022` is `−2.2 pts`.
    pub fn points(self, difference: f64, decimals: usize) -> String {
        self.with_unit(difference * 100.0, decimals, "\u{a0}pts")
    }

    /// A factor, to two decimals: `1.40×`.
    pub fn ratio(self, value: f64) -> String {
        self.with_unit(value, 2, "×")
    }

    /// A large count in few characters: `2.02 M`, `84.1 k`; below ten thousand it is written out.
    pub fn compact(self, value: i64) -> String {
        let size = value.unsigned_abs() as f64;
        let (scaled, unit) = match value.unsigned_abs() {
            0..10_000 => return self.integer(value),
            10_000..999_500 => (size / 1e3, "k"),
            999_500..999_500_000 => (size / 1e6, "M"),
            _ => (size / 1e9, "bn"),
        };
        // Three figures, whatever the size.
        let decimals = if scaled < 9.995 {
            2
        } else if scaled < 99.95 {
            1
        } else {
            0
        };
        let sign = if value < 0 { -1.0 } else { 1.0 };
        format!("{}{NO_BREAK}{unit}", self.decimal(sign * scaled, decimals))
    }

    /// Reads what a person typed in this format; a per cent sign or a unit is not part of it.
    ///
    /// Generous where nothing is lost: groups may be left out, a hyphen is a minus.
    pub fn parse(self, text: &str) -> Option<f64> {
        let (point, group) = self.signs();
        let plain: String = text
            .trim()
            .chars()
            .filter(|&c| c != group && !c.is_whitespace())
            .map(|c| match c {
                MINUS => '-',
                c if c == point => '.',
                c => c,
            })
            .collect();
        let is_plain = plain
            .chars()
            .all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+'));
        plain.parse().ok().filter(|_| is_plain)
    }

    /// The decimal sign and the sign between thousands.
    fn signs(self) -> (char, char) {
        match self {
            Self::PointComma => ('.', ','),
            Self::CommaPoint => (',', '.'),
            Self::SpaceComma => (',', '\u{202f}'),
        }
    }

    fn with_unit(self, value: f64, decimals: usize, unit: &str) -> String {
        let number = self.decimal(value, decimals);
        if value.is_finite() {
            number + unit
        } else {
            number
        }
    }

    fn money_with(self, amount: f64, currency: &str, decimals: usize) -> String {
        if !amount.is_finite() {
            return NOT_A_NUMBER.to_owned();
        }
        let number = self.decimal(amount, decimals);
        let (sign, digits) = match number.strip_prefix(MINUS) {
            Some(digits) => ("\u{2212}", digits),
            None => ("", number.as_str()),
        };
        let symbol = currency_symbol(currency);
        match (self, symbol) {
            (Self::PointComma, Some(symbol)) => format!("{sign}{symbol}{digits}"),
            (Self::PointComma, None) => format!("{sign}{currency}{NO_BREAK}{digits}"),
            (_, symbol) => {
                format!("{sign}{digits}{NO_BREAK}{}", symbol.unwrap_or(currency))
            }
        }
    }

    fn assemble(self, negative: bool, whole: &str, fraction: &str) -> String {
        let (point, group) = self.signs();
        let mut text = String::with_capacity(whole.len() * 2 + fraction.len() + 2);
        if negative {
            text.push(MINUS);
        }
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index).is_multiple_of(3) {
                text.push(group);
            }
            text.push(digit);
        }
        if !fraction.is_empty() {
            text.push(point);
            text.push_str(fraction);
        }
        text
    }
}

/// The sign of a currency that has one nobody mistakes for another.
fn currency_symbol(code: &str) -> Option<&'static str> {
    Some(match code {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        "INR" => "₹",
        "KRW" => "₩",
        "CAD" => "CA$",
        "AUD" => "A$",
        "NZD" => "NZ$",
        "BRL" => "R$",
        "PLN" => "zł",
        _ => return None,
    })
}

/// How many decimals amounts of a currency have (ISO 4217, minor units).
fn minor_digits(code: &str) -> usize {
    match code {
        "CLP" | "ISK" | "JPY" | "KRW" | "VND" => 0,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::NumberFormat::{CommaPoint, PointComma, SpaceComma};

    #[test]
    fn thousands_are_grouped_in_each_format() {
        assert_eq!(PointComma.integer(1_234_567), "1,234,567");
        assert_eq!(CommaPoint.integer(1_234_567), "1.234.567");
        assert_eq!(SpaceComma.integer(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(PointComma.integer(999), "999");
        assert_eq!(PointComma.integer(-1000), "\u{2212}1,000");
        assert_eq!(
            PointComma.integer(i64::MIN),
            "\u{2212}9,223,372,036,854,775,808"
        );
    }

    #[test]
    fn money_carries_its_symbol_where_the_format_puts_it() {
        assert_eq!(PointComma.money(1234.5, "USD"), "$1,234.50");
        assert_eq!(CommaPoint.money(1234.5, "EUR"), "1.234,50\u{a0}€");
        assert_eq!(SpaceComma.money(-9.49, "EUR"), "\u{2212}9,49\u{a0}€");
        assert_eq!(PointComma.money(-0.4, "USD"), "\u{2212}$0.40");
        assert_eq!(PointComma.money(9.0, "CHF"), "CHF\u{a0}9.00");
        assert_eq!(PointComma.money(900.0, "JPY"), "¥900");
        assert_eq!(PointComma.money_whole(412.3, "USD"), "$412");
    }

    #[test]
    fn shares_become_per_cent_and_their_differences_points() {
        assert_eq!(PointComma.percent(0.978, 1), "97.8%");
        assert_eq!(PointComma.percent(0.31, 0), "31%");
        assert_eq!(PointComma.points(-0.022, 1), "\u{2212}2.2\u{a0}pts");
        assert_eq!(CommaPoint.points(0.09, 1), "9,0\u{a0}pts");
        assert_eq!(PointComma.ratio(1.4), "1.40×");
    }

    #[test]
    fn changes_show_their_sign_and_zero_has_none() {
        assert_eq!(PointComma.signed(0.71, 3), "+0.710");
        assert_eq!(PointComma.signed(-0.036, 3), "\u{2212}0.036");
        assert_eq!(PointComma.signed(0.0, 1), "0.0");
        assert_eq!(PointComma.signed(-0.0001, 1), "0.0");
        assert_eq!(PointComma.signed(0.0001, 1), "0.0");
    }

    #[test]
    fn compact_counts_keep_three_figures() {
        assert_eq!(PointComma.compact(9_999), "9,999");
        assert_eq!(PointComma.compact(84_116), "84.1\u{a0}k");
        assert_eq!(PointComma.compact(2_019_000), "2.02\u{a0}M");
        assert_eq!(PointComma.compact(999_700), "1.00\u{a0}M");
        assert_eq!(PointComma.compact(-3_000_000_000), "\u{2212}3.00\u{a0}bn");
    }

    #[test]
    fn what_is_written_can_be_read_again() {
        for format in [PointComma, CommaPoint, SpaceComma] {
            assert_eq!(format.parse(&format.decimal(-1234.5, 2)), Some(-1234.5));
        }
        assert_eq!(CommaPoint.parse("0,35"), Some(0.35));
        assert_eq!(PointComma.parse("-.5"), Some(-0.5));
        for wrong in ["", "inf", "nan", "1e9", "a lot", "1.2.3"] {
            assert_eq!(PointComma.parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_a_dash() {
        for text in [
            PointComma.decimal(f64::NAN, 2),
            PointComma.signed(f64::INFINITY, 2),
            PointComma.money(f64::NAN, "USD"),
            PointComma.percent(f64::NEG_INFINITY, 0),
        ] {
            assert_eq!(text, "–");
        }
    }
}
