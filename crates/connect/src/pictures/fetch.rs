//! The bytes at an address: with a time limit, a size limit and few redirects.

use std::error::Error as _;
use std::io::Read;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, Response};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Url, redirect};

/// Redirects that are followed.
const MOST_REDIRECTS: usize = 5;

/// Why nothing came.
pub(super) enum FetchFault {
    /// The host does not answer, so that it is not asked again for each of its pictures.
    NoHost(String),
    /// Another reason; asking later may help.
    Unavailable(String),
    /// Something came, and it is no picture.
    Unusable(String),
}

/// Asks servers. It opens no connection and starts no thread before it is asked.
pub(super) struct Fetcher {
    timeout: Duration,
    most: u64,
    client: OnceLock<Result<Client, String>>,
}

impl Fetcher {
    /// For answers of at most `most` bytes that come within `timeout`.
    pub(super) fn new(timeout: Duration, most: u64) -> Self {
        Self {
            timeout,
            most,
            client: OnceLock::new(),
        }
    }

    pub(super) fn fetch(&self, url: &Url) -> Result<Vec<u8>, FetchFault> {
        let client = self
            .client
            .get_or_init(|| client(self.timeout))
            .as_ref()
            .map_err(|reason| FetchFault::Unavailable(reason.clone()))?;
        let started = Instant::now();
        let response = client
            .get(url.clone())
            .send()
            .map_err(|error| self.fault(&error))?;
        let status = response.status();
        if !status.is_success() {
            return Err(FetchFault::Unavailable(format!(
                "the server answers {status}"
            )));
        }
        check_type(&response)?;
        if response
            .content_length()
            .is_some_and(|length| length > self.most)
        {
            return Err(self.too_large());
        }
        self.body(response, started)
    }

    fn body(&self, mut response: Response, started: Instant) -> Result<Vec<u8>, FetchFault> {
        let mut bytes = Vec::new();
        let mut block = vec![0; 1 << 16];
        loop {
            // The client's own limit is for each block; a server may trickle.
            if started.elapsed() > self.timeout {
                return Err(self.too_slow());
            }
            match response.read(&mut block) {
                Ok(0) => return Ok(bytes),
                Ok(read) => bytes.extend_from_slice(&block[..read]),
                Err(error) => {
                    let cause = error
                        .get_ref()
                        .and_then(|cause| cause.downcast_ref::<reqwest::Error>());
                    return Err(match cause {
                        Some(cause) => self.fault(cause),
                        None => FetchFault::Unavailable("the answer breaks off".to_owned()),
                    });
                }
            }
            if bytes.len() as u64 > self.most {
                return Err(self.too_large());
            }
        }
    }

    fn fault(&self, error: &reqwest::Error) -> FetchFault {
        if error.is_connect() {
            // The innermost cause names no address, and says the most.
            let mut cause = error.source();
            while let Some(next) = cause.and_then(std::error::Error::source) {
                cause = Some(next);
            }
            let cause = cause.map_or_else(String::new, |cause| format!(": {cause}"));
            FetchFault::NoHost(format!("the server cannot be reached{cause}"))
        } else if error.is_timeout() {
            self.too_slow()
        } else if error.is_redirect() {
            FetchFault::Unavailable("the server sends from one address to the next".to_owned())
        } else {
            FetchFault::Unavailable("the answer breaks off".to_owned())
        }
    }

    fn too_slow(&self) -> FetchFault {
        FetchFault::Unavailable(format!(
            "the server takes longer than {} s",
            self.timeout.as_secs_f32()
        ))
    }

    fn too_large(&self) -> FetchFault {
        FetchFault::Unusable(too_large(self.most))
    }
}

/// The sentence about a file of more than `most` bytes.
pub(super) fn too_large(most: u64) -> String {
    format!("it is larger than {} MiB", most.div_ceil(1 << 20))
}

/// Refuses pages and other texts unread. Many stores of files call everything a stream of
/// bytes, so only the bytes themselves can tell a picture.
fn check_type(response: &Response) -> Result<(), FetchFault> {
    let Some(kind) = response.headers().get(CONTENT_TYPE) else {
        return Ok(());
    };
    let kind = kind.to_str().unwrap_or_default().to_ascii_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if kind.starts_with("image/") || kind.ends_with("/octet-stream") {
        Ok(())
    } else {
        let kind: String = kind.chars().take(60).collect();
        Err(FetchFault::Unusable(format!(
            "the server calls it `{kind}`, which is no picture"
        )))
    }
}

fn client(timeout: Duration) -> Result<Client, String> {
    // Chosen once a process; an error says that it is chosen already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .timeout(timeout)
        .connect_timeout(timeout.min(Duration::from_secs(5)))
        .redirect(redirect::Policy::limited(MOST_REDIRECTS))
        .referer(false)
        .user_agent(concat!("Endcap/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| format!("the network cannot be used: {}", error.without_url()))
}
