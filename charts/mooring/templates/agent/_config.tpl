{{- /* Content of one agent's mooring-agent.conf: dict "root" $ "host" entry of agent.hosts "metrics" dict. */ -}}
{{- define "mooring.agentConfig" -}}
# Made by the chart from agent.hosts. All options: docs/options.md.
target-name = {{ .host.targetName }}
listen = {{ .host.listen | default "0.0.0.0:9750" }}
tls.certificate = /etc/mooring-tls/tls.crt
tls.private-key = /etc/mooring-tls/tls.key
tls.authority = /etc/mooring-tls/ca.crt
tls.allowed-clients = mooring-controller
portals = {{ join "," .host.portals }}
host-mount-namespace = /proc/1/ns/mnt
metrics-listen = {{ include "mooring.metricsListen" .metrics }}
log-level = {{ .root.Values.agent.logLevel }}
{{- range $pool, $options := .host.pools }}
{{- range $key, $value := $options }}
pool.{{ $pool }}.{{ $key }} = {{ include "mooring.scalar" $value }}
{{- end }}
{{- end }}
{{- $own := list "target-name" "listen" "tls.certificate" "tls.private-key" "tls.authority" "tls.allowed-clients" "portals" "host-mount-namespace" "metrics-listen" "log-level" "state-directory" }}
{{- range $key, $value := .host.options }}
{{- if or (has $key $own) (hasPrefix "pool." $key) }}
{{- fail (printf "agent.hosts: the option %s is set by the chart; remove it from options" $key) }}
{{- end }}
{{ $key }} = {{ include "mooring.scalar" $value }}
{{- end }}
{{- end -}}
