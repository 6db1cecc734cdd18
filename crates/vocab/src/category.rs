//! Category paths: `/`-separated segments, `""` being the root above them all.

/// How many segments a path has; the root has none.
#[must_use]
pub fn depth(path: &str) -> usize {
    if path.is_empty() {
        0
    } else {
        path.split('/').count()
    }
}

/// Whether `path` is `ancestor` or lies below it: `a/b/c` is under `a/b`, `a/bc` is not.
#[must_use]
pub fn is_under(path: &str, ancestor: &str) -> bool {
    ancestor.is_empty()
        || path
            .strip_prefix(ancestor)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The path one segment up; `None` where only the whole catalogue is above.
#[must_use]
pub fn parent(path: &str) -> Option<&str> {
    path.rfind('/').map(|end| &path[..end])
}

/// What is wrong with a path's spelling, if anything.
pub(crate) fn fault(path: &str) -> Option<&'static str> {
    if path.starts_with('/') || path.ends_with('/') {
        Some("must not begin or end with `/`")
    } else if path.contains("//") {
        Some("has an empty segment")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sibling_with_the_same_prefix_is_not_under() {
        assert!(is_under("a/b", "a/b"));
        assert!(is_under("a/b/c", "a/b"));
        assert!(!is_under("a/bc", "a/b"));
        assert!(!is_under("a", "a/b"));
        assert!(is_under("a", ""));
    }

    #[test]
    fn depth_counts_segments_and_the_root_has_none() {
        assert_eq!((depth(""), depth("a"), depth("a/b")), (0, 1, 2));
        assert_eq!(
            (parent("a/b"), parent("a"), parent("")),
            (Some("a"), None, None)
        );
    }
}
