// A generated fabric that has no findings: spines, leaves with servers, VPCs and their attachments, a file for each.

const serversOfLeaf = 40;
const mostLeaves = 31;

/** Makes about `count` resources as files of a fabric's directory, the same at each call. */
export function fabric(count) {
  const files = [];
  const add = (plural, group, kind, name, spec) => {
    const head = `# ${name}\napiVersion: ${group}.githedgehog.com/v1beta1\nkind: ${kind}\n`;
    const content = `${head}metadata:\n  name: ${name}\n  namespace: default\nspec:\n${spec}`;
    files.push({ path: `${plural}/${name}.yaml`, content });
  };
  add('ipv4namespaces', 'vpc', 'IPv4Namespace', 'default', '  subnets:\n  - 10.0.0.0/8\n');
  add('vlannamespaces', 'wiring', 'VLANNamespace', 'default', '  ranges:\n  - from: 900\n    to: 999\n');
  for (const spine of [1, 2]) {
    const place = `  ip: 172.30.0.${10 + spine}/21\n  protocolIP: 172.30.8.${10 + spine}/32\n`;
    const spec = `  role: spine\n  profile: celestica-ds4000\n  asn: 65100\n${place}`;
    add('switches', 'wiring', 'Switch', `spine-${two(spine)}`, spec);
  }
  const leaves = Math.min(Math.max(Math.floor(count / (4 + 2 * serversOfLeaf + 80)), 1), mostLeaves);
  const vpcs = Math.max(Math.floor((count - leaves * (4 + 2 * serversOfLeaf)) / (leaves * 4)), 1);
  let subnets = 0;
  for (let leaf = 1; leaf <= leaves; leaf += 1) {
    wire(leaf, add);
    for (let vpc = 1; vpc <= vpcs; vpc += 1) {
      const name = `v-${two(leaf)}-${String(vpc).padStart(3, '0')}`;
      const vlan = 1000 + 2 * (vpc - 1);
      const written = ['front', 'back'].map((subnet, at) => subnetOf(subnet, subnets++, vlan + at)).join('');
      const spec = `  ipv4Namespace: default\n  vlanNamespace: rack-${two(leaf)}\n  subnets:\n${written}`;
      add('vpcs', 'vpc', 'VPC', name, spec);
      for (const [at, subnet] of ['front', 'back', 'front'].entries()) {
        const connection = connectionOf(leaf, ((vpc * 3 + at) % serversOfLeaf) + 1);
        const attachment = `  connection: ${connection}\n  subnet: ${name}/${subnet}\n`;
        add('vpcattachments', 'vpc', 'VPCAttachment', `${name}--${subnet}--${at}`, attachment);
      }
    }
  }
  return files;
}

/** A leaf with VLANs of its own, its links to the spines, and its servers. */
function wire(leaf, add) {
  const name = `leaf-${two(leaf)}`;
  const place = `  ip: 172.30.1.${leaf}/21\n  protocolIP: 172.30.9.${leaf}/32\n  vtepIP: 172.30.12.${leaf}/32\n`;
  add('vlannamespaces', 'wiring', 'VLANNamespace', `rack-${two(leaf)}`, '  ranges:\n  - from: 1000\n    to: 2999\n');
  const rack = `  vlanNamespaces: [rack-${two(leaf)}]\n  description: rack ${leaf}\n`;
  const spec = `  role: server-leaf\n  profile: vs\n  asn: ${65100 + leaf}\n${place}${rack}`;
  add('switches', 'wiring', 'Switch', name, spec);
  for (const spine of [1, 2]) {
    const link = (leaf * 2 + spine) * 2;
    const above = `    - spine:\n        port: spine-${two(spine)}/E1/${leaf}\n        ip: 172.30.128.${link}/31\n`;
    const below = `      leaf:\n        port: ${name}/E1/${46 + spine}\n        ip: 172.30.128.${link + 1}/31\n`;
    const connection = `spine-${two(spine)}--fabric--${name}`;
    add('connections', 'wiring', 'Connection', connection, `  fabric:\n    links:\n${above}${below}`);
  }
  for (let server = 1; server <= serversOfLeaf; server += 1) {
    const own = `server-${two(leaf)}-${two(server)}`;
    add('servers', 'wiring', 'Server', own, `  description: server ${server} of rack ${leaf}\n`);
    const ends = `      server:\n        port: ${own}/enp2s1\n      switch:\n        port: ${name}/E1/${server}\n`;
    add('connections', 'wiring', 'Connection', connectionOf(leaf, server), `  unbundled:\n    link:\n${ends}`);
  }
}

function connectionOf(leaf, server) {
  return `server-${two(leaf)}-${two(server)}--unbundled--leaf-${two(leaf)}`;
}

/** A subnet whose prefix nothing else has. */
function subnetOf(name, number, vlan) {
  const net = `10.${Math.floor(number / 256)}.${number % 256}`;
  const options =
    '        options:\n          dnsServers: [1.1.1.1, 1.0.0.1]\n          interfaceMTU: 1500\n          leaseTimeSeconds: 3600\n';
  const range = `        range:\n          start: ${net}.10\n          end: ${net}.99\n`;
  const place = `      subnet: ${net}.0/24\n      gateway: ${net}.1\n      vlan: ${vlan}\n`;
  return `    ${name}:\n${place}      dhcp:\n        enable: true\n${range}${options}`;
}

function two(number) {
  return String(number).padStart(2, '0');
}

/** Makes one file of VPCs that all clash with each other, as no fabric is and anybody can write one. */
export function clashing(count) {
  const spec = 'spec: {subnets: {a: {subnet: 10.0.1.0/24, vlan: 1001}}}';
  const one = (at) => `apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {name: v${at}}\n${spec}\n`;
  return Array.from({ length: count }, (_, at) => one(at)).join('---\n');
}
