//! 1. A picture comes from an address or a file of the data's folder, small, and is kept.
//! 2. What is no picture, too large, too slow or in a circle is a reason, never a hang.
//! 3. What failed is not asked for again before its time; nor is a host that is not there.
//! 4. All pictures together take no more room than they may; the longest unused go first.
//! 5. A broken or half-written entry is never shown.
//! 6. Several threads may ask at once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::fs;
use std::io::{BufRead, BufReader, Cursor, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime};

use endcap_connect::{PictureError, PictureOptions, Pictures};
use image::{ImageFormat, Rgba, RgbaImage};

/// Noon of some day; nothing here asks the clock.
fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_176_000)
}

fn png(width: u32, height: u32, shade: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbaImage::from_pixel(width, height, Rgba([shade, 20, 30, 255]))
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// Pixels of no pattern, so that a PNG of them is about as large as they are.
fn noisy_png(edge: u32, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let image = RgbaImage::from_fn(edge, edge, |_, _| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        let [a, b, c, _] = state.to_le_bytes();
        Rgba([a, b, c, 255])
    });
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A server that answers by path, and counts.
struct Server {
    address: String,
    asked: Arc<AtomicUsize>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let count = Arc::clone(&count);
                std::thread::spawn(move || answer(stream, &count));
            }
        });
        Self { address, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}/{path}", self.address)
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// One answer a connection. A client that goes away early is no failure.
fn answer(mut stream: TcpStream, count: &AtomicUsize) {
    let mut request = BufReader::new(stream.try_clone().unwrap()).lines();
    let first = request.next().and_then(Result::ok).unwrap_or_default();
    let headers: Vec<String> = request
        .map_while(Result::ok)
        .take_while(|line| !line.is_empty())
        .collect();
    count.fetch_add(1, Ordering::SeqCst);
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut reply = |head: &str, body: &[u8]| {
        let head = format!(
            "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(body))
    };
    let _ = match path.split('?').next().unwrap_or_default() {
        "/good" => reply("200 OK\r\nContent-Type: image/png", &png(64, 32, 200)),
        "/untyped" => reply("200 OK", &png(64, 32, 200)),
        "/bytes" => reply(
            "200 OK\r\nContent-Type: application/octet-stream",
            &png(64, 32, 200),
        ),
        "/locked" => {
            // `ann:s3cret` in base64.
            let wanted = "authorization: basic yw5uonmzy3jlda==";
            match headers
                .iter()
                .any(|line| line.to_ascii_lowercase() == wanted)
            {
                true => reply("200 OK\r\nContent-Type: image/png", &png(64, 32, 200)),
                false => reply("401 Unauthorized", b""),
            }
        }
        "/page" => reply(
            "200 OK\r\nContent-Type: text/html; charset=utf-8",
            b"<html>",
        ),
        "/liar" => reply("200 OK\r\nContent-Type: image/png", b"<html>"),
        "/empty" => reply("200 OK\r\nContent-Type: image/png", b""),
        "/huge" => reply("200 OK\r\nContent-Type: image/png", &vec![0; 3 << 20]),
        "/endless" => {
            // No length is told, so only counting helps.
            let head = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n";
            let mut sent = stream.write_all(head.as_bytes());
            while sent.is_ok() {
                sent = stream.write_all(&[0; 4096]);
            }
            sent
        }
        "/cut" => stream.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 5000\r\n\r\nxx",
        ),
        "/silent" => {
            std::thread::sleep(Duration::from_secs(20));
            Ok(())
        }
        "/trickle" => {
            let head = "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 5000\r\n\r\n";
            let mut sent = stream.write_all(head.as_bytes());
            for _ in 0..200 {
                sent = sent.and_then(|()| stream.write_all(b"x"));
                std::thread::sleep(Duration::from_millis(100));
            }
            sent
        }
        "/once" => reply("302 Found\r\nLocation: /good", b""),
        "/circle" => reply("302 Found\r\nLocation: /circle", b""),
        "/to-a-file" => reply("302 Found\r\nLocation: file:///etc/hostname", b""),
        "/broken" => reply("500 Internal Server Error", b""),
        _ => reply("404 Not Found", b"nothing here"),
    };
}

fn options() -> PictureOptions {
    PictureOptions {
        max_edge: 16,
        timeout: Duration::from_millis(800),
        max_source_bytes: 1 << 20,
        ..PictureOptions::default()
    }
}

fn open(dir: &Path) -> Pictures {
    Pictures::open(dir, options()).unwrap()
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

#[test]
fn a_picture_at_an_address_comes_small_and_is_asked_for_once() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let pictures = open(cache.path());
    let url = server.url("good");
    for _ in 0..3 {
        let picture = pictures.get(&url, None, noon()).unwrap();
        assert_eq!((picture.width, picture.height), (16, 8));
        assert_eq!(picture.rgba.len(), 16 * 8 * 4);
        assert_eq!(picture.rgba[..4], [200, 20, 30, 255]);
    }
    assert_eq!(server.asked(), 1);
    // The next start finds it, too.
    let later = noon() + Duration::from_secs(86_400);
    open(cache.path()).get(&url, None, later).unwrap();
    assert_eq!(server.asked(), 1);
    for path in ["untyped", "bytes", "once"] {
        pictures.get(&server.url(path), None, noon()).unwrap();
    }
}

#[test]
fn a_login_in_an_address_is_used_and_never_told() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let pictures = open(cache.path());
    let with_login = |path: &str| server.url(path).replace("http://", "http://ann:s3cret@");
    pictures.get(&with_login("locked"), None, noon()).unwrap();
    for path in ["page", "gone?key=s3cret", "circle", "silent", "cut"] {
        let error = pictures.get(&with_login(path), None, noon()).unwrap_err();
        let told = format!("{error} {error:?}");
        assert!(!told.contains("s3cret") && told.contains("***@"), "{told}");
    }
}

#[test]
fn what_is_no_picture_is_a_reason() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let pictures = open(cache.path());
    let error = |path: &str| {
        pictures
            .get(&server.url(path), None, noon())
            .expect_err(path)
    };
    for (path, reason) in [
        ("page", "`text/html`"),
        ("liar", "no PNG, JPEG or WebP"),
        ("empty", "no PNG, JPEG or WebP"),
        ("huge", "larger than 1 MiB"),
        ("endless", "larger than 1 MiB"),
    ] {
        let error = error(path);
        assert!(matches!(error, PictureError::Unusable { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
    }
    for (path, reason) in [
        ("gone", "404"),
        ("broken", "500"),
        ("cut", "breaks off"),
        ("circle", "from one address to the next"),
        ("to-a-file", ""),
    ] {
        let error = error(path);
        assert!(matches!(error, PictureError::Unavailable { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
    }
    assert_eq!(files(cache.path()), [] as [PathBuf; 0]);
}

#[test]
fn a_slow_server_costs_no_more_than_twice_its_time() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let pictures = open(cache.path());
    for path in ["silent", "trickle"] {
        let started = Instant::now();
        let error = pictures
            .get(&server.url(path), None, noon())
            .unwrap_err()
            .to_string();
        assert!(error.contains("longer than 0.8 s"), "{error}");
        // Twice 0.8 s, and time for a busy machine.
        assert!(started.elapsed() < Duration::from_secs(6), "{path}");
    }
}

#[test]
fn what_failed_is_asked_for_again_when_its_time_has_come() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let pictures = open(cache.path());
    let retry = options().retry_after;
    let (gone, page) = (server.url("gone"), server.url("page"));
    let ask = |url: &str, after: Duration| {
        let before = server.asked();
        pictures.get(url, None, noon() + after).unwrap_err();
        server.asked() - before
    };
    assert_eq!(
        (ask(&gone, Duration::ZERO), ask(&page, Duration::ZERO)),
        (1, 1)
    );
    assert_eq!((ask(&gone, retry / 2), ask(&page, retry / 2)), (0, 0));
    // What is there and is no picture is left alone for longer.
    assert_eq!((ask(&gone, retry), ask(&page, retry)), (1, 0));
    assert_eq!(ask(&page, retry * 60), 1);
}

#[test]
fn a_host_that_is_not_there_is_asked_once_for_all_its_pictures() {
    let cache = tempfile::tempdir().unwrap();
    let pictures = open(cache.path());
    // Bound and let go: nobody listens there.
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let first = pictures.get(&format!("http://{free}/a.png"), None, noon());
    let error = first.unwrap_err();
    assert!(error.to_string().contains("cannot be reached"), "{error}");
    // Somebody comes, and is not asked before the time has come.
    let listener = TcpListener::bind(free).unwrap();
    let other = format!("http://{free}/b.png");
    let error = pictures.get(&other, None, noon()).unwrap_err();
    assert!(error.to_string().contains("b.png"), "{error}");
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err());
}

#[test]
fn a_server_that_speaks_no_tls_is_a_reason() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let url = server.url("good").replace("http:", "https:");
    let error = open(cache.path()).get(&url, None, noon()).unwrap_err();
    assert!(matches!(error, PictureError::Unavailable { .. }), "{error}");
}

#[test]
fn a_file_that_changed_is_read_again() {
    let (data, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let pictures = open(cache.path());
    let path = data.path().join("a.png");
    let shade = || {
        let picture = pictures.get("a.png", Some(data.path()), noon()).unwrap();
        picture.rgba[0]
    };
    fs::write(&path, png(64, 32, 10)).unwrap();
    assert_eq!(shade(), 10);
    fs::write(&path, png(64, 64, 90)).unwrap();
    assert_eq!(shade(), 90);
    fs::write(&path, vec![0; (1 << 20) + 1]).unwrap();
    let error = pictures
        .get("a.png", Some(data.path()), noon())
        .unwrap_err();
    assert!(error.to_string().contains("larger than 1 MiB"), "{error}");
}

#[test]
fn pictures_take_no_more_room_than_they_may_and_the_longest_unused_go() {
    let (data, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for n in 0..40 {
        fs::write(data.path().join(format!("{n}.png")), noisy_png(16, n)).unwrap();
    }
    // A PNG of 16 x 16 noisy pixels has some 800 bytes.
    let max_bytes = 10_000;
    let pictures = Pictures::open(
        cache.path(),
        PictureOptions {
            max_bytes,
            ..options()
        },
    )
    .unwrap();
    let size = || -> u64 {
        let files = files(cache.path());
        files
            .iter()
            .map(|file| file.metadata().unwrap().len())
            .sum()
    };
    let mut now = noon();
    for n in 0..40 {
        now += Duration::from_secs(1);
        pictures.get("0.png", Some(data.path()), now).unwrap();
        now += Duration::from_secs(1);
        pictures
            .get(&format!("{n}.png"), Some(data.path()), now)
            .unwrap();
        assert!(size() <= max_bytes, "{} bytes", size());
    }
    assert!(size() > max_bytes / 2, "{} bytes", size());
    // The first was in use all along, so it is the oldest file and is still there.
    let oldest = files(cache.path())
        .iter()
        .map(|file| file.metadata().unwrap().modified().unwrap())
        .filter(|used| *used == now - Duration::from_secs(1))
        .count();
    assert_eq!(oldest, 1);
}

#[test]
fn a_broken_or_half_written_entry_is_never_shown() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let url = server.url("good");
    open(cache.path()).get(&url, None, noon()).unwrap();
    let entry = files(cache.path()).remove(0);
    let whole = fs::read(&entry).unwrap();
    for broken in [&whole[..whole.len() / 2], b"", &[0; 900]] {
        fs::write(&entry, broken).unwrap();
        let picture = open(cache.path()).get(&url, None, noon()).unwrap();
        assert_eq!((picture.width, picture.height), (16, 8));
        assert_eq!(fs::read(&entry).unwrap(), whole);
    }
    assert_eq!(server.asked(), 4);

    // What a killed process leaves is no entry, and goes when room is made an hour later.
    let partial = entry.with_extension("partial");
    fs::write(&partial, &whole[..9]).unwrap();
    fs::File::options()
        .write(true)
        .open(&partial)
        .unwrap()
        .set_modified(noon())
        .unwrap();
    let narrow = Pictures::open(
        cache.path(),
        PictureOptions {
            max_bytes: whole.len() as u64 + 20,
            ..options()
        },
    )
    .unwrap();
    narrow.get(&url, None, noon()).unwrap();
    assert!(partial.exists());
    let later = noon() + Duration::from_secs(2 * 3600);
    narrow.get(&server.url("untyped"), None, later).unwrap();
    assert!(!partial.exists());
}

#[test]
fn several_threads_may_ask_at_once() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let pictures = open(cache.path());
    std::thread::scope(|threads| {
        for thread in 0..4 {
            let (pictures, server) = (&pictures, &server);
            threads.spawn(move || {
                for n in 0..20 {
                    let url = server.url(&format!("good?{}", (n + thread) % 7));
                    let picture = pictures.get(&url, None, noon()).unwrap();
                    assert_eq!((picture.width, picture.height), (16, 8));
                }
            });
        }
    });
    assert_eq!(files(cache.path()).len(), 7);
}
