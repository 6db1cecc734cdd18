fn main() {
    let a: Vec<String> = std::env::args().collect();
    let work = match a[1].as_str() {
        "w1-warm" => endcap_app::bench::Work::OneWarm,
        "w1-edit" => endcap_app::bench::Work::OneEdit,
        "w1-page" => endcap_app::bench::Work::OnePage,
        "w2" => endcap_app::bench::Work::Many,
        _ => endcap_app::bench::Work::ManyEdit,
    };
    let n = |i: usize, d: usize| a.get(i).and_then(|x| x.parse().ok()).unwrap_or(d);
    let m = endcap_app::bench::bench(endcap_app::bench::Bench {
        work,
        products: n(2, 100_000),
        shoppers: n(3, 1000),
        threads: n(4, 1),
        plain: a.get(5).is_some(),
    })
    .unwrap();
    let mut c = m.cpu_ms.clone();
    c.sort_by(f64::total_cmp);
    println!(
        "{} median {:.3} min {:.3} max {:.3} rss {:?} {}",
        a[1],
        c[c.len() / 2],
        c[0],
        c[c.len() - 1],
        m.resident_mb,
        &m.digest[..12]
    );
}
