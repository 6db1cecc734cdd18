//! How Endcap looks.
#![deny(missing_docs)]
