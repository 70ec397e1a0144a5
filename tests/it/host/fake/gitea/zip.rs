//! Writes zips as `git archive` does, without packing what is in them.

pub fn zip(files: &[(String, bool, Vec<u8>)], comment: &str) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let top = [("fabric/".to_owned(), false, Vec::new())];
    for (name, is_executable, content) in top.iter().chain(files) {
        let length = u32::try_from(content.len()).unwrap();
        let mut common = Vec::new();
        // Version, flags, method, time, date, checksum (not looked at), sizes, lengths of names.
        common.extend([10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        common.extend(length.to_le_bytes());
        common.extend(length.to_le_bytes());
        common.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x17\x03");
        directory.extend(&common);
        directory.extend([0; 6]);
        let mode: u32 = if *is_executable { 0o100_755 } else { 0 };
        directory.extend((mode << 16).to_le_bytes());
        directory.extend(u32::try_from(bytes.len()).unwrap().to_le_bytes());
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&common);
        bytes.extend(name.as_bytes());
        bytes.extend(content);
    }
    let (at, size) = (u32::try_from(bytes.len()).unwrap(), u32::try_from(directory.len()).unwrap());
    let count = u16::try_from(files.len() + 1).unwrap().to_le_bytes();
    bytes.extend(directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([count, count].concat());
    bytes.extend(size.to_le_bytes());
    bytes.extend(at.to_le_bytes());
    bytes.extend(u16::try_from(comment.len()).unwrap().to_le_bytes());
    bytes.extend(comment.as_bytes());
    bytes
}
