{{- /*
Binds a role to the controller's account: dict "root" $ "kind" "ClusterRole" "name" "mooring-attacher". A Role of another namespace
than the release's: "namespace" "default".
*/ -}}
{{- define "mooring.binding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ .kind }}Binding
metadata:
  name: {{ .name }}
  {{- if eq .kind "Role" }}
  namespace: {{ .namespace | default .root.Release.Namespace }}
  {{- end }}
  labels:
    {{- include "mooring.labels" .root | nindent 4 }}
subjects:
  - kind: ServiceAccount
    name: {{ include "mooring.controllerAccount" .root }}
    namespace: {{ .root.Release.Namespace }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ .name }}
{{- end -}}
