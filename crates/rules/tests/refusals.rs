//! Facts about refused conditions:
//! 1. a fault of the grammar is said in words, with the column of what cannot stand there;
//! 2. every fault of the types is said, each with its column;
//! 3. what CEL allows and ranking.md section 2 does not name is refused.

use endcap_rules::Condition;

#[track_caller]
fn refused(source: &str, error: &str) {
    let errors = Condition::parse(source).expect_err(source);
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    assert_eq!(errors.join("\n"), error, "{source}");
}

#[test]
fn faults_of_the_grammar_are_refused_with_their_column() {
    for (source, error) in [
        (
            "",
            "column 1: the condition is empty; write `true` for all products",
        ),
        (
            "product.price >",
            "column 16: the condition ends where a value should follow",
        ),
        (
            "product.price > )",
            "column 17: a value is missing before `)`",
        ),
        ("(product.season", "column 1: this `(` is never closed"),
        ("product.season)", "column 15: this `)` closes nothing"),
        (
            "product.price = 3",
            "column 15: `=` has no meaning; write `==`",
        ),
        ("true & false", "column 6: `&` has no meaning; write `&&`"),
        ("true | false", "column 6: `|` has no meaning; write `||`"),
        (
            "true ? true : false",
            "column 6: `? :` is not allowed; write it with `&&` and `||`",
        ),
        (
            "product.stock % 2 == 0",
            "column 15: `%` is not allowed; the operators are + - * /",
        ),
        (
            "product.tags[0] == 'a'",
            "column 13: `[` cannot follow a value; an attribute is read as \
             `product.attributes.name`",
        ),
        (
            "{'a': 1} == {}",
            "column 1: maps are not allowed; lists are",
        ),
        (
            "product.stock > 3u",
            "column 17: `3u` is an unsigned number; leave the `u` out",
        ),
        (
            "b'x' == 'x'",
            "column 1: bytes are not allowed; write a text without the `b`",
        ),
        (
            "product.brand == null",
            "column 18: `null` is not allowed; `has(product.brand)` tests for a value",
        ),
        (
            "product.tags.exists(t, t == 'a')",
            "column 14: no function `exists` after a dot; those allowed are `startsWith`, \
             `endsWith`, `contains`, `matches`, `under`, `size`",
        ),
        (
            "product.title.startswith('a')",
            "column 15: no function `startswith` after a dot; did you mean `startsWith`?",
        ),
        (
            "timestamp('2026-01-01') < 3",
            "column 1: no function `timestamp`; those allowed are `has`, `size`",
        ),
        (
            "price > 3",
            "column 1: no variable `price`; write `product.price`",
        ),
        (
            "product.brand == Alder",
            "column 18: no variable `Alder`; a condition is about `product`; a text stands \
             between quotes",
        ),
        (
            "product.brand == 'Alder",
            "column 18: the text that begins here lacks its closing quote",
        ),
        (
            r"product.title.matches('\d')",
            r"column 24: this escape has no meaning; write `\\` for a backslash",
        ),
        (
            "product.price § 3",
            "column 15: `§` has no meaning in a condition",
        ),
        (
            "product.title == 'ö' § 3",
            "column 22: `§` has no meaning in a condition",
        ),
        (
            "has(product)",
            "column 4: `has` takes one field of the product, as in `has(product.brand)`",
        ),
        (
            "has('a')",
            "column 4: `has` takes one field of the product, as in `has(product.brand)`",
        ),
        (
            "product.title.contains()",
            "column 15: `contains` takes one value, as in `.contains(\"text\")`",
        ),
        (
            "product.title.contains('a', 'b')",
            "column 27: a function here takes one value",
        ),
        (
            "size(product.tags, 1) > 1",
            "column 18: a function here takes one value",
        ),
        (
            "product.tags.size(1) > 1",
            "column 14: `size` takes no value after a dot: `x.size()`",
        ),
        (
            "product.attributes.in == 1",
            "column 20: quote this name: `` .`in` `` instead of `.in`",
        ),
        (
            "!-product.season",
            "column 2: `!` and `-` do not apply to the same value",
        ),
        (
            "product.season product.season",
            "column 16: an operator is missing before `product`",
        ),
        (
            "1, 2",
            "column 2: `,` stands only in a list, as in `[\"a\", \"b\"]`",
        ),
        (
            "product.stock > 9223372036854775808",
            "column 17: this whole number is too large; it must fit 64 bits",
        ),
        (
            "true ||\n product.price > 1e999",
            "column 26: this number is too large for a double",
        ),
        (
            r"product.title == 'ö\ud800'",
            "column 18: this text has an escape that is no character",
        ),
        (
            "product.attributes.`a$b` == 1",
            "column 22: `$` cannot stand in a quoted name; it takes letters, digits, blanks and any of _ . - /",
        ),
    ] {
        refused(source, error);
    }
}

#[test]
fn types_that_do_not_fit_are_refused_with_their_column() {
    for (source, error) in [
        (
            "product.margn > 0.3",
            "column 9: no field `margn`; did you mean `margin`?",
        ),
        (
            "has(product.brnad)",
            "column 13: no field `brnad`; did you mean `brand`?",
        ),
        (
            "product.Brand == 'x'",
            "column 9: no field `Brand`; did you mean `brand`?",
        ),
        (
            "product.brand == 3",
            "column 15: a text cannot be compared with a whole number",
        ),
        (
            "product.tags < ['a']",
            "column 14: a list of texts cannot be put in order",
        ),
        (
            "product.price",
            "column 8: this is a number, where true or false is wanted; compare it",
        ),
        (
            "product",
            "column 1: `product` alone says nothing; name a field, as in `product.private_label`",
        ),
        (
            "product.attributes == 1",
            "column 9: `attributes` are many; name one, as in `product.attributes.roast`",
        ),
        (
            "product.title && true",
            "column 8: this is a text, where true or false is wanted; compare it",
        ),
        (
            "!product.stock",
            "column 9: this is a whole number, where true or false is wanted; compare it",
        ),
        (
            "product.stock * product.price > 1.0",
            "column 15: CEL does not calculate with a whole number (`stock` and sizes are) and a \
             number with decimals together; compare the two instead",
        ),
        (
            "product.title - 'a' == ''",
            "column 15: cannot calculate with a text and a text",
        ),
        (
            "-product.title == ''",
            "column 1: `-` cannot apply to a text",
        ),
        (
            "product.price in product.tags",
            "column 15: a number is never in a list that holds a text",
        ),
        (
            "product.brand in 'Alder'",
            "column 15: `in` wants a list, `product.tags` or `product.attributes` after it, not a text",
        ),
        (
            "product.tags in [['a'], 1]",
            "column 17: this list holds a list of texts and a whole number; only single values mix",
        ),
        (
            "3 in product.attributes",
            "column 3: an attribute's name is a text, not a whole number",
        ),
        (
            "size(product.price) > 1",
            "column 1: `size` counts in a text or a list, not in a number",
        ),
        (
            "product.price.contains('a')",
            "column 15: `contains` applies to a text, not a number",
        ),
        (
            "product.title.contains(3)",
            "column 24: `contains` takes a text, not a whole number",
        ),
        (
            "product.title.matches(product.brand)",
            "column 30: the pattern of `matches` is a text between quotes",
        ),
        (
            "product.title.matches('(')",
            "column 23: the pattern does not work: unclosed group",
        ),
        (
            "product.title.matches('(a{1000}){1000}')",
            "column 23: the pattern is too large; shorten its repetitions",
        ),
        (
            "product.brand.name == 'a'",
            "column 15: no field `name` here: this is a text",
        ),
        (
            "product.margn > 0.3 && product.title > 3 || product.pric == 1",
            "column 9: no field `margn`; did you mean `margin`?\n\
             column 38: a text cannot be compared with a whole number\n\
             column 53: no field `pric`; did you mean `price`?",
        ),
    ] {
        refused(source, error);
    }
    let errors = Condition::parse("product.colour == 'red'").unwrap_err();
    assert!(
        errors[0]
            .message
            .ends_with("an attribute is read as `product.attributes.colour`")
    );
}
