//! What tells the items of lists apart where no schema says it.
//!
//! **Invariant:** plain data; whether a key is unique in a list at hand is for
//! the reader to see.

/// List keys of Kubernetes' own types, by the name of the field. A `=` gives
/// the value that counts where the field is missing.
pub const KEYS: [(&str, &[&str]); 27] = [
    ("containers", &["name"]),
    ("initContainers", &["name"]),
    ("ephemeralContainers", &["name"]),
    ("env", &["name"]),
    ("volumes", &["name"]),
    ("volumeMounts", &["mountPath"]),
    ("volumeDevices", &["devicePath"]),
    ("volumeClaimTemplates", &["metadata.name"]),
    ("imagePullSecrets", &["name"]),
    ("hostAliases", &["ip"]),
    ("podIPs", &["ip"]),
    ("topologySpreadConstraints", &["topologyKey", "whenUnsatisfiable"]),
    ("conditions", &["type"]),
    ("ownerReferences", &["uid"]),
    ("secrets", &["name"]),
    ("readinessGates", &["conditionType"]),
    ("schedulingGates", &["name"]),
    ("resourceClaims", &["name"]),
    ("claims", &["name"]),
    ("webhooks", &["name"]),
    ("validations", &["expression"]),
    ("matchConditions", &["name"]),
    ("taints", &["key", "effect"]),
    ("versions", &["name"]),
    ("configMapGenerator", &["name"]),
    ("secretGenerator", &["name"]),
    ("addresses", &["type"]),
];

/// Keys of `ports`, which differ from type to type; the first whose first
/// field all items have counts.
pub const PORT_KEYS: [&[&str]; 3] =
    [&["containerPort", "protocol=TCP"], &["port", "protocol=TCP"], &["name"]];

/// Lists of Kubernetes' own types whose items are their own identity.
pub const SETS: [&str; 5] =
    ["finalizers", "accessModes", "loadBalancerSourceRanges", "externalIPs", "clusterIPs"];

/// Lists of Kubernetes' own types that are one value.
pub const ATOMIC: [&str; 4] = ["command", "args", "tolerations", "envFrom"];

/// What is tried for a list of maps that no table knows.
pub const GUESSES: [&[&str]; 3] = [&["name"], &["id"], &["key"]];
