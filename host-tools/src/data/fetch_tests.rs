//! Fetching from a server of our own and a package of our own; the real sources only on demand (`SLOW=1`).

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use super::super::bytes::gzip;
use super::super::fetch_sources::{from_tarball, npm};
use super::*;

/// Two files, "one" and "two", with their contents for sums.
const MANIFEST: Manifest = Manifest {
    name: "set",
    files: &[
        KnownFile { name: "a", sha256: "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed" },
        KnownFile { name: "b", sha256: "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3" },
    ],
};

/// A server on this machine that has these files; the address of its folder.
fn server(files: &'static [(&'static str, &'static str)]) -> Source {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/set/", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(|line| line.ok());
            let wanted = lines.next().unwrap_or_default();
            lines.find(|line| line.is_empty());
            let file = files.iter().find(|(name, _)| wanted.starts_with(&format!("GET /set/{name}.gz ")));
            let (status, body) = match file {
                Some((_, text)) => ("200 OK", gzip(text.as_bytes())),
                None => ("404 Not Found", vec![]),
            };
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(&[head.as_bytes(), &body].concat());
        }
    });
    Source::Mirror(base.leak())
}

fn quiet(root: &Path, sources: &[Source]) -> Result<Fetched> {
    fetch_into(root, &MANIFEST, sources, &mut |_| {})
}

#[test]
fn the_first_source_that_is_right_is_taken() {
    let root = tempfile::tempdir().unwrap();
    let lacking = server(&[("a", "one")]);
    let wrong = server(&[("a", "one"), ("b", "three")]);
    let right = server(&[("a", "one"), ("b", "two")]);
    let mut told = Vec::new();
    let sources = [lacking, wrong, right.clone()];
    let fetched =
        fetch_into(root.path(), &MANIFEST, &sources, &mut |line| told.push(line.to_owned())).unwrap();
    assert_eq!(fetched, Fetched { dir: root.path().join("set"), from: Some(right.to_string()) });
    assert_eq!(fs::read(fetched.dir.join("b")).unwrap(), b"two");
    assert_eq!(fs::read_dir(&fetched.dir).unwrap().count(), 2, "nothing else is left behind");
    assert!(told.iter().any(|line| line == "b: 3 bytes, sum right"), "{told:?}");
    // A second time there is nothing to do, and no source is asked.
    assert_eq!(quiet(root.path(), &[]).unwrap().from, None);
    // A damaged file is fetched again.
    fs::write(fetched.dir.join("a"), "damaged").unwrap();
    assert_eq!(quiet(root.path(), &[right]).unwrap().dir, fetched.dir);
    assert_eq!(fs::read(fetched.dir.join("a")).unwrap(), b"one");
}

#[test]
fn every_cause_is_in_one_message() {
    let root = tempfile::tempdir().unwrap();
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        Source::Mirror(format!("http://{}/", listener.local_addr().unwrap()).leak())
    };
    let sources = [closed, server(&[]), server(&[("a", "one"), ("b", "three")])];
    let error = quiet(root.path(), &sources).unwrap_err();
    let block = crate::error::render(&error);
    assert!(
        block.starts_with("error[hebbit::data::fetch]: no source of `set` could be used: http://"),
        "{block}"
    );
    for (source, cause) in sources.iter().zip(["a.gz: ", "404", "b.gz: its sha256 is "]) {
        assert!(block.contains(&source.to_string()) && block.contains(cause), "{block}");
    }
    assert!(block.lines().nth(1).unwrap().contains("put the files yourself into"), "{block}");
    assert_eq!(error.exit_code(), crate::error::exit::LINK);
    assert_eq!(fs::read_dir(root.path().join("set")).unwrap().count(), 0, "nothing half is left behind");
}

#[test]
fn a_cache_that_cannot_be_written_is_told_first() {
    let root = tempfile::NamedTempFile::new().unwrap();
    let error = quiet(root.path(), &[]).unwrap_err();
    assert_eq!(error.exit_code(), crate::error::exit::OUTPUT);
}

/// A package with these files in its folder `data`.
fn package(files: &[(&str, &str)]) -> tempfile::NamedTempFile {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        tar.append_data(&mut header, format!("package/data/{name}"), text.as_bytes()).unwrap();
    }
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(&gzip(&tar.into_inner().unwrap())).unwrap();
    file
}

#[test]
fn files_come_out_of_a_package_in_our_order() {
    let get = |files: &[(&str, &str)]| from_tarball(package(files).path(), &MANIFEST, &mut |_| {});
    assert_eq!(get(&[("b", "two"), ("c", "?"), ("a", "one")]), Ok(vec![b"one".to_vec(), b"two".to_vec()]));
    assert_eq!(get(&[("a", "one")]), Err("the package has no b".into()));
    assert!(get(&[("a", "two")]).unwrap_err().starts_with("a: its sha256 is 3fc4"));
    let garbage = tempfile::NamedTempFile::new().unwrap();
    fs::write(garbage.path(), "garbage").unwrap();
    assert!(
        from_tarball(garbage.path(), &MANIFEST, &mut |_| {})
            .unwrap_err()
            .starts_with("the package is broken")
    );
}

#[test]
fn a_missing_client_is_told() {
    let cause = npm("no-such-client", "x", &MANIFEST, &mut |_| {}).unwrap_err();
    assert!(cause.contains("no-such-client") && cause.contains("cannot be started"), "{cause}");
}

#[test]
fn only_known_sets_are_fetched() {
    assert_eq!(fetch("mini", &mut |_| {}).unwrap_err().exit_code(), crate::error::exit::USAGE);
    assert_eq!(fetch("cifar", &mut |_| {}).unwrap_err().exit_code(), crate::error::exit::USAGE);
}

#[test]
fn the_cache_can_be_chosen() {
    assert_eq!(cache_dir_chosen(Some("/chosen".into())).unwrap(), Path::new("/chosen"));
    if let (Ok(nothing), Ok(unset)) = (cache_dir_chosen(Some("".into())), cache_dir_chosen(None)) {
        assert_eq!(nothing, unset);
        assert!(unset.components().any(|part| part.as_os_str() == "hebbit"), "{}", unset.display());
    }
}

/// The real thing over the network, from whichever source is reachable.
#[test]
fn the_whole_mnist() {
    if std::env::var_os("SLOW").is_none() {
        eprintln!("skipped: set SLOW=1 to fetch MNIST");
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let fetched = fetch_into(root.path(), &MNIST, &super::super::fetch_sources::MNIST_SOURCES, &mut |line| {
        eprintln!("{line}")
    });
    eprintln!("{:?}", fetched.unwrap().from);
    let split = crate::data::mnist(root.path()).unwrap();
    assert_eq!((split.train.len(), split.test.len(), split.train.classes()), (60_000, 10_000, 10));
}
