//! What the engine notes, in the user's words.

use endcap_vocab::{Note, NoteKind, Reason};

/// Why a product may not be shown, as the end of "not shown: ...".
#[must_use]
pub fn reason_phrase(reason: Reason) -> &'static str {
    match reason {
        Reason::Inactive => "not on sale on this day",
        Reason::Channel => "not sold here",
        Reason::Restricted => "needs a permit",
        Reason::Sensitive => "sensitive",
        Reason::InCart => "in the cart",
        Reason::OutOfStock => "out of stock",
        Reason::MarginFloor => "below the margin floor",
        Reason::ReturnRate => "returned too often",
        Reason::Hidden => "hidden by a rule",
    }
}

/// A note as a sentence.
#[must_use]
pub fn note_sentence(note: &Note) -> String {
    let rule = note.rule.as_deref().unwrap_or("?");
    let sku = note.sku.as_deref().unwrap_or("?");
    let slot = note.slot.unwrap_or_default();
    match note.note {
        NoteKind::PersonalSignalsOff => {
            "Personal signals are off: the shopper is not known or did not agree.".to_owned()
        }
        NoteKind::SortedByShopper => {
            "The shopper chose the order, so only hiding rules count.".to_owned()
        }
        NoteKind::UnknownCandidate => {
            format!("Retrieval named {sku}, which is not in the catalogue.")
        }
        NoteKind::PinBeyond => {
            format!("{rule} pins {sku} to slot {slot}, which is beyond the slate.")
        }
        NoteKind::PinDuplicate => {
            format!("{rule} pins {sku} to slot {slot}, but it is on the slate already.")
        }
        NoteKind::PinIneligible => {
            let detail = note.detail.as_deref().unwrap_or_default();
            let why = match detail {
                "unknown_sku" => "it is not in the catalogue",
                "filtered" => "the shopper's filter leaves it out",
                _ => Reason::ALL
                    .into_iter()
                    .find(|reason| reason.name() == detail)
                    .map_or("it may not be shown", reason_phrase),
            };
            format!("{rule} pins {sku} to slot {slot}, but it may not be shown: {why}.")
        }
        NoteKind::PinMoved => {
            format!("{rule} pins {sku} to slot {slot}, which was taken: it took the next free one.")
        }
        NoteKind::PinDropped => {
            format!("{rule} pins {sku} to slot {slot}, but that and all after it were taken.")
        }
        NoteKind::PinCompacted => {
            format!("{sku}, placed by {rule} in slot {slot}, moved up: the slate is short.")
        }
        NoteKind::ReserveUnfilled => format!("{rule} found no product for slot {slot}."),
        NoteKind::ReserveBeyond => {
            format!("{rule} reserves slot {slot}, which is beyond the slate.")
        }
        NoteKind::ReserveTaken => format!("{rule} reserves slot {slot}, which was taken."),
        NoteKind::QuotaUnmet => {
            format!("{rule}: fewer of its products stand in its first slots than it asks for.")
        }
        NoteKind::CapExceeded => {
            format!("{rule}: more products of one value stand in its first slots than it allows.")
        }
    }
}
