//! 1. The demo's orders are told: a row a model, the blend last, with its calibration.
//! 2. What cannot be evaluated is refused in words.

use endcap_journeys::run;

#[test]
fn the_demos_orders_are_told() {
    let told = run(["evaluate", "--since", "2026-11-06", "--json"]);
    let told = told.with(0).json();
    let models = told["models"].as_array().unwrap();
    let names: Vec<&str> = models
        .iter()
        .map(|model| model["model"].as_str().unwrap())
        .collect();
    let parts = ["popularity", "own purchases", "similar products", "EASE"];
    assert_eq!(names[..4], parts);
    assert_eq!(names[4..], ["TIFU-KNN", "ALS", "served", "blend"]);
    let blend = &models[7];
    let ndcg = &blend["all"]["ndcg_10"];
    let [low, mean, high] = ["low", "mean", "high"].map(|name| ndcg[name].as_f64().unwrap());
    assert!(0.0 < low && low <= mean && mean <= high && high <= 1.0);
    assert_eq!(blend["calibration"]["bins"].as_array().unwrap().len(), 10);
    assert!(blend["by_segment"].as_object().unwrap().len() > 1);
}

#[test]
fn what_cannot_be_evaluated_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let unknown = run(["evaluate", "--protocol", "p9", "--data", data]).with(2);
    assert!(
        unknown.err.contains("there is no protocol p9"),
        "{unknown:?}"
    );
    assert!(unknown.err.contains("there are p2 and p4"), "{unknown:?}");
    let missing = run(["evaluate", "--protocol", "p2", "--data", data]).with(3);
    assert!(missing.err.contains("online_retail.csv.gz"), "{missing:?}");
    for halves in [
        &["evaluate", "--protocol", "p2"][..],
        &["evaluate", "--last-order", "--since", "2026-11-06"],
    ] {
        assert_eq!(run(halves).with(2).out, "");
    }
    let late = run(["evaluate", "--since", "2027-01-01"]).with(2);
    assert!(late.err.contains("choose an earlier instant"), "{late:?}");
}
