// Writes Kubernetes documents as teams keep them: the fabric's kinds and what lies beside them, with comments, block
// scalars, anchors and flow lists. The same seed gives the same text on every machine.

/** Gives `count` documents, about 1,000 bytes each. */
export function documents(count, seed = 20261125) {
  const random = numbers(seed);
  const kinds = [deployment, service, configMap, autoscaler, vpc, switchOf, connection, attachment];
  return Array.from({ length: count }, (_, index) => kinds[index % kinds.length](index, random));
}

/** Joins documents into one file. */
export function stream(texts) {
  return texts.map((text) => `---\n${text}`).join('');
}

/** A small generator of pseudo-random numbers (mulberry32): whole numbers below `limit`. */
function numbers(seed) {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const teams = ['atlas', 'borealis', 'cinder', 'delta', 'ember', 'fjord'];
const tiers = ['front', 'back', 'batch', 'edge'];
const reasons = [
  'agreed with the storage team',
  'see the runbook before touching',
  'measured in March, halve it with care',
  'must match the value on the spine',
];

const pick = (items, random) => items[random(items.length)];
const name = (index, random) => `${pick(teams, random)}-${pick(tiers, random)}-${index}`;

function head(apiVersion, kind, index, random, namespace) {
  return `# Owner: ${pick(teams, random)}; ${pick(reasons, random)}
apiVersion: ${apiVersion}
kind: ${kind}
metadata:
  name: ${name(index, random)}
  namespace: ${namespace}
  labels:
    team: ${pick(teams, random)}
    tier: ${pick(tiers, random)} # for the dashboards
  annotations:
    note: "${pick(reasons, random)}: ticket ${1000 + random(9000)}"
    revision: '${random(400)}'
`;
}

function deployment(index, random) {
  return `${head('apps/v1', 'Deployment', index, random, pick(teams, random))}spec:
  replicas: ${1 + random(9)} # ${pick(reasons, random)}
  selector:
    matchLabels: {app: web-${index}, track: stable}
  template:
    metadata:
      labels: {app: web-${index}, track: stable}
    spec:
      containers:
        # the service itself
        - name: web
          image: registry.example/web:${random(9)}.${random(40)}.${random(20)}
          args: ["--listen", ":8080", "--log-level=${pick(['info', 'debug', 'warn'], random)}"]
          ports:
            - containerPort: 8080
              protocol: TCP
          env:
            - name: GREETING
              value: "hello, ${pick(teams, random)}"
            - name: RETRIES
              value: '${random(10)}'
          resources:
            limits: {cpu: "${1 + random(4)}", memory: ${128 + random(512)}Mi}
            requests: {cpu: ${100 + random(900)}m, memory: ${64 + random(64)}Mi}
          readinessProbe:
            httpGet: {path: /ready, port: 8080}
            periodSeconds: ${5 + random(20)}
`;
}

function service(index, random) {
  const ports = [0, 1, 2, 3].map(
    (at) => `    # ${pick(reasons, random)}
    - name: port-${at}
      port: ${8000 + random(999)}
      targetPort: ${9000 + random(999)}
      protocol: ${pick(['TCP', 'UDP'], random)}
`,
  );
  return `${head('v1', 'Service', index, random, pick(teams, random))}spec:
  type: ClusterIP
  sessionAffinity: None
  selector:
    app: web-${index}
    track: stable
  ports:
${ports.join('')}`;
}

function configMap(index, random) {
  const lines = Array.from(
    { length: 8 },
    (_, at) => `    option_${at} = ${random(100000)}  ; ${pick(reasons, random)}\n`,
  );
  return `${head('v1', 'ConfigMap', index, random, pick(teams, random))}data:
  settings.ini: |
    [main]
${lines.join('')}
    # this line belongs to the text, not to the YAML
    tail = yes
  motto: >-
    ${pick(reasons, random)} and
    ${pick(reasons, random)},
    as long as it holds
  enabled: "true" # a string on purpose
`;
}

function autoscaler(index, random) {
  return `${head('autoscaling/v2', 'HorizontalPodAutoscaler', index, random, pick(teams, random))}spec:
  minReplicas: ${1 + random(3)}
  maxReplicas: ${4 + random(20)}
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: web-${index}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: &usual
          type: Utilization
          averageUtilization: ${40 + random(50)} # ${pick(reasons, random)}
    - type: Resource
      resource:
        name: memory
        target: *usual
  behavior:
    scaleDown:
      stabilizationWindowSeconds: ${60 * random(10)}
      policies:
        - {type: Percent, value: ${10 + random(40)}, periodSeconds: 60}
        - {type: Pods, value: ${1 + random(5)}, periodSeconds: 60}
`;
}

function vpc(index, random) {
  const subnets = tiers.map(
    (tier, at) => `    ${tier}: # ${pick(reasons, random)}
      subnet: 10.${index % 250}.${at * 16 + random(16)}.0/24
      gateway: 10.${index % 250}.${at * 16}.1
      vlan: ${1000 + random(2000)}
      isolated: ${pick(['true', 'false'], random)}
      dhcp:
        enable: true
        range:
          start: 10.${index % 250}.${at * 16}.10
          end: 10.${index % 250}.${at * 16}.99
`,
  );
  return `${head('vpc.githedgehog.com/v1beta1', 'VPC', index, random, 'default')}spec:
  ipv4Namespace: default
  vlanNamespace: default
  subnets:
${subnets.join('')}  permit:
    - [front, back]
    - [back, batch]
`;
}

function switchOf(index, random) {
  const ports = Array.from(
    { length: 6 },
    (_, at) =>
      `    E1/${at + 1}: ${pick(['10G', '25G', '100G'], random)}${random(3) === 0 ? ' # patched in May' : ''}\n`,
  );
  return `${head('wiring.githedgehog.com/v1beta1', 'Switch', index, random, 'default')}spec:
  profile: ds-${2000 + random(3000)}
  role: ${pick(['spine', 'server-leaf', 'border-leaf'], random)}
  description: "rack ${random(90)}, unit ${random(42)}"
  asn: ${65100 + random(400)}
  ip: 172.30.${random(255)}.${random(255)}/32
  protocolIP: 172.30.${random(255)}.${random(255)}/32
  vtepIP: 172.30.${random(255)}.${random(255)}/32
  vlanNamespaces: [default]
  groups: [] # none yet
  redundancy:
    group: mclag-${random(99)}
    type: mclag
  boot:
    serial: "${random(1e9)}"
    mac: 0c:20:12:ff:${(16 + random(200)).toString(16)}:00
  portSpeeds:
${ports.join('')}`;
}

function connection(index, random) {
  const links = [1, 2, 3, 4].map(
    (at) => `      # pair ${at}, ${pick(reasons, random)}
      - spine:
          port: spine-${1 + random(4)}/E1/${at}
          ip: 172.30.${random(255)}.${2 * random(100)}/31
        leaf:
          port: leaf-${1 + random(40)}/E1/${at + 48}
          ip: 172.30.${random(255)}.${2 * random(100) + 1}/31
`,
  );
  return `${head('wiring.githedgehog.com/v1beta1', 'Connection', index, random, 'default')}spec:
  fabric:
    links:
${links.join('')}`;
}

function attachment(index, random) {
  const routes = Array.from(
    { length: 5 },
    (_, at) => `    - prefix: 10.${random(250)}.${at}.0/24 # ${pick(reasons, random)}
      nextHops: ["10.0.${at}.1", "10.0.${at}.2"]
`,
  );
  return `${head('vpc.githedgehog.com/v1beta1', 'VPCAttachment', index, random, 'default')}spec:
  connection: server-${index}--mclag--leaf-${random(40)}--leaf-${random(40)}
  subnet: vpc-${index}/${pick(tiers, random)}
  nativeVLAN: ${pick(['true', 'false'], random)}
# kept for the migration
status:
  note: |-
    Attached by hand on the night of the move.
    Ask ${pick(teams, random)} before taking it away.
  routes:
${routes.join('')}`;
}
