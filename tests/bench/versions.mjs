// Three versions of VPCs, as two people leave them: both changed every fifth one, in lines beside each other. Each is
// valid before and after, and about 820 bytes long.

/** Gives the documents of base, ours and theirs. */
export function versions(count) {
  const numbers = Array.from({ length: count }, (_, index) => index);
  const written = (gateway, moved) =>
    numbers.map((index) => (index % 5 === 2 ? vpc(index, gateway, moved) : vpc(index, 1, 0)));
  return { base: written(1, 0), ours: written(2, 0), theirs: written(1, 1) };
}

function vpc(index, gateway, moved) {
  const subnet = (name, at) => {
    const number = index * 3 + at;
    const net = `10.${number >> 8}.${number & 255}`;
    return `    ${name}: # rack ${number % 40}
      subnet: ${net}.0/24
      gateway: ${net}.${at === 1 ? gateway : 1}
      vlan: ${1000 + 10 * (number % 96) + (at === 1 ? moved : 0)}
      dhcp:
        enable: true
        range:
          start: ${net}.10
          end: "${net}.99"
`;
  };
  return `# Owner: ember
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: v${index}
  namespace: default
  labels: {team: ember, tier: edge}
spec:
  ipv4Namespace: default
  vlanNamespace: rack-${index >> 5}
  permit:
    - [front, back]
  subnets:
${['front', 'back', 'batch'].map(subnet).join('')}`;
}
