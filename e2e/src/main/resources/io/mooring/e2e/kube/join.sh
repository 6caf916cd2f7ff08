# Makes a worker of the lab a node of the cluster. Variables before it: name, number and address of the node, nodes and pods as the
# first bytes of all nodes' and pods' addresses, host as the address of the API server's machine.
set -eu
# With every start of the system: the disk with Kubernetes, the node's address, the ways to the API server and to the other nodes.
cat > /usr/local/sbin/lab-node <<END
#!/bin/sh
set -eu
mkdir -p /opt/kube
mount -t ext4 -o ro,noload /dev/disk/by-id/virtio-extra /opt/kube
# Networks of the pods of before: no pod runs yet, and a file that a power cut left empty would keep its pod from ever coming back.
rm -rf /var/lib/cni
modprobe -a overlay br_netfilter dummy
# The API server comes to this address through a proxy of the lab's, other nodes over their cables.
ip link add node0 type dummy
ip address add $address/32 dev node0
ip link set node0 up
ip route add default via $host dev mgmt
sysctl -q -w net.ipv4.ip_forward=1 net.bridge.bridge-nf-call-iptables=1
# Cables to the other workers; the address of a card ends with the number of the worker at the other end.
for card in /sys/class/net/*; do
  read -r mac < \$card/address
  case "\$mac" in 52:54:00:0c:*) ;; *) continue ;; esac
  other=\$((0x\${mac##*:}))
  ip link set \${card##*/} name peer\$other
  ip link set peer\$other up
  ip address add $address peer $nodes.\$((10 + other)) dev peer\$other
  ip route add $pods.\$other.0/24 via $nodes.\$((10 + other)) dev peer\$other
done
END
chmod 755 /usr/local/sbin/lab-node
cat > /etc/systemd/system/lab-node.service <<END
[Unit]
Description=Network and disk of a lab node
After=lab-setup.service systemd-udev-trigger.service
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStartPre=udevadm wait --timeout=60 /dev/disk/by-id/virtio-extra
ExecStart=/usr/local/sbin/lab-node
[Install]
WantedBy=multi-user.target
END

mkdir -p /etc/cni/net.d /etc/containerd /var/lib/kubelet /etc/kubernetes
cat > /etc/cni/net.d/10-lab.conflist <<END
{"cniVersion": "0.4.0", "name": "lab", "plugins": [
  {"type": "bridge", "bridge": "pods0", "isGateway": true, "hairpinMode": true, "ipMasq": true,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$pods.$number.0/24"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "portmap", "capabilities": {"portMappings": true}}]}
END
cat > /etc/containerd/config.toml <<END
version = 2
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "registry.k8s.io/pause:3.10"
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "/etc/containerd/certs.d"
END
cat > /etc/systemd/system/lab-containerd.service <<END
[Unit]
Description=containerd of a lab node
After=lab-node.service
Requires=lab-node.service
[Service]
ExecStart=/usr/bin/containerd
Type=notify
Delegate=yes
KillMode=process
Restart=always
LimitNOFILE=65536
[Install]
WantedBy=multi-user.target
END
cat > /etc/kubernetes/kubelet.yaml <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication: {anonymous: {enabled: true}, webhook: {enabled: false}}
authorization: {mode: AlwaysAllow}
cgroupDriver: cgroupfs
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
resolvConf: ""
# Nobody answers there; pods are told to ask somebody.
clusterDNS: [10.96.0.10]
syncFrequency: 10s
nodeStatusUpdateFrequency: 4s
nodeLeaseDurationSeconds: 16
serializeImagePulls: false
imageGCHighThresholdPercent: 100
# Else what was once pulled from a registry is not run any more under the name that it was imported by.
imagePullCredentialsVerificationPolicy: NeverVerify
evictionHard: {memory.available: 40Mi}
# Under emulation each look at all control groups and directories costs a second of a processor.
localStorageCapacityIsolation: false
volumeStatsAggPeriod: 5m
# A sidecar that gives up before its driver has started is started again at once.
crashLoopBackOff: {maxContainerRestartPeriod: 2s}
END
cat > /etc/systemd/system/kubelet.service <<END
[Unit]
Description=kubelet
After=lab-containerd.service
Requires=lab-node.service
Wants=lab-containerd.service
[Service]
ExecStart=/opt/kube/bin/kubelet --config=/etc/kubernetes/kubelet.yaml --kubeconfig=/etc/kubernetes/kubelet.kubeconfig \
  --hostname-override=$name --node-ip=$address --housekeeping-interval=1m --global-housekeeping-interval=5m
KillMode=process
Restart=always
RestartSec=2
[Install]
WantedBy=multi-user.target
END
cat > /etc/kubernetes/kube-proxy.yaml <<END
apiVersion: kubeproxy.config.k8s.io/v1alpha1
kind: KubeProxyConfiguration
mode: nftables
hostnameOverride: $name
clientConnection: {kubeconfig: /etc/kubernetes/kube-proxy.kubeconfig}
detectLocalMode: ClusterCIDR
clusterCIDR: $pods.0.0/16
# Nobody else changes its rules, and under emulation it takes seconds to look.
nftables: {syncPeriod: 1h}
END
cat > /etc/systemd/system/kube-proxy.service <<END
[Unit]
Description=kube-proxy
After=lab-node.service
Requires=lab-node.service
[Service]
ExecStart=/opt/kube/bin/kube-proxy --config=/etc/kubernetes/kube-proxy.yaml
Restart=always
RestartSec=2
[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable -q lab-node lab-containerd kubelet kube-proxy
systemctl start lab-node
store=/var/lib/containerd
if [ -e /opt/kube/containerd ]; then
  # What was imported stays on the disk, and is written to by nobody.
  cd /opt/kube/containerd
  blobs=io.containerd.content.v1.content/blobs/sha256
  snapshots=io.containerd.snapshotter.v1.overlayfs/snapshots
  mkdir -p -m 700 "$store/$blobs" "$store/$snapshots" "$store/io.containerd.metadata.v1.bolt"
  ln -s "$PWD/$blobs"/* "$store/$blobs/"
  ln -s "$PWD/$snapshots"/* "$store/$snapshots/"
  cp io.containerd.metadata.v1.bolt/meta.db "$store/io.containerd.metadata.v1.bolt/"
  cp "${snapshots%/*}/metadata.db" "$store/${snapshots%/*}/"
fi
systemctl start lab-containerd
if [ -e /opt/kube/images.tar ]; then
  ctr --namespace k8s.io images import --snapshotter overlayfs /opt/kube/images.tar > /dev/null
fi
systemctl start kubelet kube-proxy
