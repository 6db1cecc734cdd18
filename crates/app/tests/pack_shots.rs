//! 1. What was asked for last is fetched first, and each product once.
//! 2. Too many requests cost the oldest ones, never memory.
//! 3. The window is woken, and told why there is no picture, or that the data names none.
//! 4. Closing waits for no server.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{BufRead, BufReader, Cursor, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use endcap_app::{PackShot, PackShots, PictureOptions};
use image::{ImageFormat, Rgba, RgbaImage};

const LONG: Duration = Duration::from_secs(30);

fn png(shade: u8) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbaImage::from_pixel(4, 4, Rgba([shade, 0, 0, 255]))
        .write_to(&mut bytes, ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// A server that writes down what it is asked for, and answers each request when it is told.
struct Server {
    address: String,
    asked: Receiver<String>,
    go: Sender<()>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (tell, asked) = channel();
        let (go, may_go) = channel();
        let may_go = Arc::new(Mutex::new(may_go));
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (tell, may_go) = (tell.clone(), Arc::clone(&may_go));
                std::thread::spawn(move || {
                    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
                    let first = lines.next().and_then(Result::ok).unwrap_or_default();
                    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
                    let told = tell.send(path);
                    // Held up until the test says so; at its end everything may go.
                    let _ = may_go.lock().unwrap().recv();
                    let body = png(7);
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: {}\r\n\
                         Connection: close\r\n\r\n",
                        body.len()
                    );
                    let _ = told.is_ok()
                        && stream.write_all(head.as_bytes()).is_ok()
                        && stream.write_all(&body).is_ok();
                });
            }
        });
        Self { address, asked, go }
    }

    fn url(&self, name: &str) -> String {
        format!("http://{}/{name}", self.address)
    }

    fn next_asked(&self) -> String {
        self.asked.recv_timeout(LONG).unwrap()
    }
}

/// Pack shots with a bell that rings for each wake; a product's picture is on the server by the
/// name of the product, that of a number is the file `a.png`, and `none` has none.
fn start(cache: &Path, base: Option<&Path>, server: &Server) -> (PackShots, Receiver<()>) {
    let address = server.url("");
    let find = Arc::new(move |sku: &str| match sku {
        "none" => None,
        number if number.parse::<u32>().is_ok() => Some("a.png".to_owned()),
        name => Some(format!("{address}{name}")),
    });
    let (ring, bell) = channel();
    let ring = Mutex::new(ring);
    let options = PictureOptions {
        timeout: LONG,
        ..PictureOptions::default()
    };
    let wake = Arc::new(move || {
        let _ = ring.lock().unwrap().send(());
    });
    (
        PackShots::start(cache, base, find, options, wake).unwrap(),
        bell,
    )
}

/// What comes until there are `count`.
fn wait_for(shots: &PackShots, bell: &Receiver<()>, count: usize) -> Vec<PackShot> {
    let mut come = Vec::new();
    while come.len() < count {
        bell.recv_timeout(LONG).unwrap();
        come.extend(shots.poll());
    }
    come
}

#[test]
fn what_was_asked_for_last_comes_first_and_each_product_once() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let (shots, bell) = start(cache.path(), None, &server);
    let now = SystemTime::UNIX_EPOCH;
    let request = |name: &str| shots.request(name, now);
    // Both threads are held up.
    request("first");
    assert_eq!(server.next_asked(), "/first");
    request("second");
    assert_eq!(server.next_asked(), "/second");
    ["a", "b", "c"].into_iter().for_each(request);
    // In view again, so next; what is on its way is not asked for twice.
    ["a", "first", "second"].into_iter().for_each(request);
    for wanted in ["/a", "/c", "/b"] {
        server.go.send(()).unwrap();
        assert_eq!(server.next_asked(), wanted);
    }
    server.go.send(()).unwrap();
    server.go.send(()).unwrap();
    let mut come: Vec<String> = wait_for(&shots, &bell, 5)
        .into_iter()
        .map(|(sku, picture)| {
            assert_eq!(picture.unwrap().unwrap().rgba[0], 7);
            sku
        })
        .collect();
    come.sort();
    assert_eq!(come, ["a", "b", "c", "first", "second"]);
    assert!(server.asked.try_recv().is_err());
}

#[test]
fn too_many_requests_cost_the_oldest() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let data = tempfile::tempdir().unwrap();
    std::fs::write(data.path().join("a.png"), png(9)).unwrap();
    let (shots, bell) = start(cache.path(), Some(data.path()), &server);
    let now = SystemTime::UNIX_EPOCH;
    for name in ["first", "second"] {
        shots.request(name, now);
        server.next_asked();
    }
    for number in 0..300 {
        shots.request(&format!("{number:03}"), now);
    }
    server.go.send(()).unwrap();
    server.go.send(()).unwrap();
    let come = wait_for(&shots, &bell, 258);
    let mut skus: Vec<&str> = come.iter().map(|(sku, _)| sku.as_str()).collect();
    skus.sort_unstable();
    // 256 may wait: those from 044 on.
    assert_eq!(skus[0], "044");
    assert_eq!(skus[255], "299");
    assert_eq!(skus[256..], ["first", "second"]);
    // What was dropped may be asked for again.
    shots.request("000", now);
    assert_eq!(wait_for(&shots, &bell, 1)[0].0, "000");
}

#[test]
fn one_wake_says_that_there_is_something_and_a_failure_is_told() {
    let (data, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let wakes = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&wakes);
    let wake = Arc::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    let options = PictureOptions::default();
    let find = Arc::new(|sku: &str| (sku != "none").then(|| "missing.png".to_owned()));
    let shots = PackShots::start(cache.path(), Some(data.path()), find, options, wake).unwrap();
    assert!(shots.poll().is_empty());
    shots.request("a", SystemTime::UNIX_EPOCH);
    let started = Instant::now();
    while wakes.load(Ordering::SeqCst) == 0 {
        assert!(started.elapsed() < LONG);
        std::thread::sleep(Duration::from_millis(5));
    }
    let come = shots.poll();
    let error = come[0]
        .1
        .as_ref()
        .unwrap()
        .as_ref()
        .unwrap_err()
        .to_string();
    assert!(error.contains("`missing.png`"), "{error}");
    assert!(shots.poll().is_empty());
    assert_eq!(wakes.load(Ordering::SeqCst), 1);
    shots.request("none", SystemTime::UNIX_EPOCH);
    while wakes.load(Ordering::SeqCst) == 1 {
        assert!(started.elapsed() < LONG);
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(shots.poll(), [("none".to_owned(), None)]);
}

#[test]
fn closing_waits_for_no_server() {
    let (server, cache) = (Server::start(), tempfile::tempdir().unwrap());
    let (shots, bell) = start(cache.path(), None, &server);
    for name in ["a", "b", "c"] {
        shots.request(name, SystemTime::UNIX_EPOCH);
    }
    server.next_asked();
    server.next_asked();
    let started = Instant::now();
    drop(shots);
    assert!(started.elapsed() < Duration::from_secs(5));
    server.go.send(()).unwrap();
    server.go.send(()).unwrap();
    // The threads end, and with them the bell; nothing more is asked for or told.
    assert!(bell.recv_timeout(LONG).is_err());
    assert!(server.asked.try_recv().is_err());
}
