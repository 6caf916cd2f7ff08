{{- define "mooring.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "mooring.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "mooring.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* The Secret with the controller's chap.json; empty where there never was CHAP. When it is switched off, hosts and nodes have to be told. */ -}}
{{- define "mooring.chapSecret" -}}
{{- $own := printf "%s-chap" (include "mooring.fullname" .) -}}
{{- if .Values.chap.enabled -}}
{{- .Values.chap.secretName | default $own -}}
{{- else if and (not .Values.chap.secretName) (lookup "v1" "Secret" .Release.Namespace $own) -}}
{{- $own -}}
{{- end -}}
{{- end -}}

{{- /* Labels of every object. */ -}}
{{- define "mooring.labels" -}}
{{- $version := .Chart.AppVersion | trunc 63 -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") | trunc 63 | trimSuffix "-" }}
app.kubernetes.io/name: {{ include "mooring.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ $version | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- /* Labels that select the pods of one component: dict "root" $ "component" "node". */ -}}
{{- define "mooring.selector" -}}
app.kubernetes.io/name: {{ include "mooring.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- /* An image of Mooring: dict "root" $ "image" .Values.node.image. */ -}}
{{- define "mooring.image" -}}
{{- $values := .root.Values -}}
{{- $tag := .image.tag | default $values.image.tag | default .root.Chart.AppVersion -}}
{{- $registry := .image.registry | default $values.image.registry -}}
{{- include "mooring.imageName" (dict "root" .root "registry" $registry "repository" .image.repository "tag" $tag "digest" .image.digest) -}}
{{- end -}}

{{- /* An image of somebody else: dict "root" $ "image" .Values.attacher.image. */ -}}
{{- define "mooring.sidecarImage" -}}
{{- include "mooring.imageName" (merge (dict "root" .root) .image) -}}
{{- end -}}

{{- define "mooring.imageName" -}}
{{- $registry := .root.Values.global.imageRegistry | default .registry -}}
{{- $name := .repository -}}
{{- if $registry -}}
{{- $name = printf "%s/%s" $registry .repository -}}
{{- end -}}
{{- if .digest -}}
{{- printf "%s@%s" $name .digest -}}
{{- else -}}
{{- printf "%s:%s" $name .tag -}}
{{- end -}}
{{- end -}}

{{- /* The image of the test's pods; as everywhere, global.imageRegistry takes the place of its registry. */ -}}
{{- define "mooring.testImage" -}}
{{- $image := .Values.test.image -}}
{{- $registry := .Values.global.imageRegistry -}}
{{- if not $image -}}
{{- include "mooring.image" (dict "root" . "image" .Values.controller.image) -}}
{{- else if or (not $registry) (hasPrefix (printf "%s/" $registry) $image) -}}
{{- $image -}}
{{- else -}}
{{- /* A first part with a dot or a port is a registry. */ -}}
{{- printf "%s/%s" $registry (regexReplaceAll "^([^/]*[.:][^/]*|localhost)/" $image "") -}}
{{- end -}}
{{- end -}}

{{- define "mooring.pullSecrets" -}}
{{- with .Values.global.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- /* Rights of a container that needs none. */ -}}
{{- define "mooring.unprivileged" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
capabilities:
  drop: [ALL]
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{- /* A value as text: a large number without an exponent. */ -}}
{{- define "mooring.scalar" -}}
{{- kindIs "string" . | ternary . (toJson .) -}}
{{- end -}}

{{- /* Options of the JVM, the value javaOptions, as a variable. */ -}}
{{- define "mooring.javaOptions" -}}
- name: MOORING_JAVA_OPTIONS
  value: {{ . | quote }}
{{- end -}}

{{- /* Options by name as arguments: dict "options" map "own" names that the chart sets "at" where they are among the values. */ -}}
{{- define "mooring.options" -}}
{{- $root := . }}
{{- range $key, $value := .options }}
{{- if has $key $root.own }}
{{- fail (printf "%s: the option %s is set by the chart; remove it (docs/helm.md says which value to use)" $root.at $key) }}
{{- end }}
- {{ printf "--%s=%s" $key (include "mooring.scalar" $value) | quote }}
{{- end }}
{{- end -}}

{{- /* Where a host-network process serves metrics: dict "root" $ "address" .Values.node.metricsAddress. */ -}}
{{- define "mooring.metricsAddress" -}}
{{- .address | default (ternary "0.0.0.0" "127.0.0.1" .root.Values.monitoring.podMonitor.enabled) -}}
{{- end -}}

{{- /* Probes of a Mooring process: dict "port" 9752 "host" "127.0.0.1" (host only for host-network pods). A JVM starts slowly on
  a busy node: startup may take 5 minutes, since to begin again would not be faster. Not ready is no reason to restart. */ -}}
{{- define "mooring.probes" -}}
startupProbe:
  httpGet:
    path: /healthz
    port: {{ .port }}
    {{- with .host }}
    host: {{ . }}
    {{- end }}
  periodSeconds: 2
  timeoutSeconds: 5
  failureThreshold: 150
livenessProbe:
  httpGet:
    path: /healthz
    port: {{ .port }}
    {{- with .host }}
    host: {{ . }}
    {{- end }}
  periodSeconds: 20
  timeoutSeconds: 10
  failureThreshold: 6
readinessProbe:
  httpGet:
    path: /readyz
    port: {{ .port }}
    {{- with .host }}
    host: {{ . }}
    {{- end }}
  periodSeconds: 5
  timeoutSeconds: 5
  failureThreshold: 3
{{- end -}}

{{- /* Host that the kubelet probes for a host-network process. */ -}}
{{- define "mooring.probeHost" -}}
{{- $address := include "mooring.metricsAddress" . -}}
{{- if has $address (list "0.0.0.0" "::") -}}127.0.0.1{{- else -}}{{ $address }}{{- end -}}
{{- end -}}

{{- /* address:port, with an IPv6 address in brackets. */ -}}
{{- define "mooring.metricsListen" -}}
{{- $address := include "mooring.metricsAddress" . -}}
{{- if contains ":" $address -}}[{{ $address }}]:{{ .port }}{{- else -}}{{ $address }}:{{ .port }}{{- end -}}
{{- end -}}

{{- define "mooring.controllerAccount" -}}
{{ include "mooring.fullname" . }}-controller
{{- end -}}

{{- /*
What the containers of all sidecars share: dict "name" "attacher" "port" 9755 "resources" dict. A leader that cannot renew its
lease any more must go, which is what the probe asks.
*/ -}}
{{- define "mooring.sidecar" -}}
env:
  - name: NAMESPACE
    valueFrom:
      fieldRef:
        fieldPath: metadata.namespace
  - name: POD_NAME
    valueFrom:
      fieldRef:
        fieldPath: metadata.name
ports:
  - name: {{ .name }}
    containerPort: {{ .port }}
livenessProbe:
  httpGet:
    path: /healthz/leader-election
    port: {{ .name }}
  initialDelaySeconds: 60
  periodSeconds: 20
  timeoutSeconds: 10
  failureThreshold: 6
securityContext:
  {{- include "mooring.unprivileged" . | nindent 2 }}
resources:
  {{- toYaml .resources | nindent 2 }}
volumeMounts:
  - name: socket
    mountPath: /run/mooring
{{- end -}}

{{- /* Not empty where snapshots are served. */ -}}
{{- define "mooring.snapshots" -}}
{{- $enabled := .Values.snapshotter.enabled | toString -}}
{{- if or (eq $enabled "true") (and (eq $enabled "auto") (.Capabilities.APIVersions.Has "snapshot.storage.k8s.io/v1")) -}}
yes
{{- end -}}
{{- end -}}

{{- /* Not empty where snapshots of several volumes at one moment are served. */ -}}
{{- define "mooring.groupSnapshots" -}}
{{- if and .Values.snapshotter.groupSnapshots (include "mooring.snapshots" .) -}}
yes
{{- end -}}
{{- end -}}

{{- define "mooring.controllerTlsSecret" -}}
{{- if eq .Values.tls.mode "secrets" -}}
{{- .Values.tls.secrets.controller -}}
{{- else -}}
{{- include "mooring.fullname" . }}-controller-tls
{{- end -}}
{{- end -}}

{{- /* By whom cert-manager has certificates signed: a reference. */ -}}
{{- define "mooring.issuer" -}}
{{- $own := dict "name" (include "mooring.fullname" .) "kind" "Issuer" "group" "cert-manager.io" -}}
{{- .Values.tls.certManager.issuerRef | default $own | toYaml -}}
{{- end -}}

{{- /* Secret of one storage target's certificate: dict "root" $ "name" "san1". */ -}}
{{- define "mooring.agentTlsSecret" -}}
{{- include "mooring.fullname" .root }}-agent-{{ .name }}-tls
{{- end -}}

{{- /* Names of storage targets that get a certificate, as a YAML list under "names". */ -}}
{{- define "mooring.tlsAgents" -}}
{{- $names := .Values.tls.agents -}}
{{- if .Values.agent.enabled -}}
{{- range .Values.agent.hosts -}}
{{- if not .tlsSecretName -}}
{{- $names = append $names .targetName -}}
{{- end -}}
{{- end -}}
{{- end -}}
names: {{ $names | uniq | sortAlpha | toJson }}
{{- end -}}

{{- /* The ConfigMap by which node plugins learn the authority of the controller's certificate. */ -}}
{{- define "mooring.linkAuthority" -}}
{{ include "mooring.fullname" . }}-link-authority
{{- end -}}

{{- /* Where node plugins link to the controller. */ -}}
{{- define "mooring.linkAddress" -}}
{{- .Values.nodeLink.address | default (printf "%s-node-link.%s.svc:9758" (include "mooring.fullname" .) .Release.Namespace) -}}
{{- end -}}
