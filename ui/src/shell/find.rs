//! How well a name answers what was typed: whole words first, then beginnings of words.

/// How well `name` answers `typed`, larger is better; `None` where a word of it is not there.
///
/// Each typed word must begin the name, begin a word of it, stand inside it, or be made of
/// beginnings of its words ("mes" for "Make Everything Smaller"). Of equals the shorter name
/// wins.
pub(super) fn score(typed: &str, name: &str) -> Option<i32> {
    let name = name.to_lowercase();
    let mut sum = 0;
    for word in typed.split_whitespace() {
        sum += word_score(&word.to_lowercase(), &name)?;
    }
    Some(sum - i32::try_from(name.len() / 8).unwrap_or(i32::MAX).min(9))
}

fn word_score(word: &str, name: &str) -> Option<i32> {
    if name.starts_with(word) {
        return Some(100);
    }
    let starts = word_starts(name);
    if starts.iter().any(|at| name[*at..].starts_with(word)) {
        return Some(80);
    }
    if name.contains(word) {
        return Some(50);
    }
    starts
        .iter()
        .any(|at| is_made_of_starts(word, name, *at, &starts))
        .then_some(30)
}

/// Where words begin, in bytes.
fn word_starts(name: &str) -> Vec<usize> {
    let mut before = ' ';
    let mut starts = Vec::new();
    for (at, char) in name.char_indices() {
        if char.is_alphanumeric() && !before.is_alphanumeric() {
            starts.push(at);
        }
        before = char;
    }
    starts
}

/// Whether each letter of `word` goes on from the one before or begins a later word.
fn is_made_of_starts(word: &str, name: &str, at: usize, starts: &[usize]) -> bool {
    let Some(first) = word.chars().next() else {
        return true;
    };
    if !name[at..].starts_with(first) {
        return false;
    }
    let (rest, next) = (&word[first.len_utf8()..], at + first.len_utf8());
    rest.is_empty()
        || (next < name.len() && is_made_of_starts(rest, name, next, starts))
        || starts
            .iter()
            .filter(|start| **start >= next)
            .any(|start| is_made_of_starts(rest, name, *start, starts))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1. A beginning beats a later word, which beats the inside of one, which beats initials.
    #[test]
    fn closer_answers_score_higher() {
        let names = [
            "Data folders",
            "Go to Data",
            "Metadata",
            "Draft again to all",
        ];
        let scores: Vec<_> = names.map(|name| score("data", name)).to_vec();
        assert!(scores.is_sorted_by(|a, b| a > b), "{scores:?}");
        assert!(scores[3].is_some());
    }

    /// 2. Every word counts, whatever the case; a letter that is not there ends it.
    #[test]
    fn every_word_must_be_there() {
        assert!(score("COFFEE grocery", "Grocery › Coffee").is_some());
        assert_eq!(score("coffee fish", "Grocery › Coffee"), None);
        assert!(score("mes", "Make everything smaller").is_some());
        assert_eq!(score("sem", "Make everything smaller"), None);
        assert!(score("ü", "Grün").is_some());
    }
}
