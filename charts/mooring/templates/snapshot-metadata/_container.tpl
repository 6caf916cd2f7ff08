{{- define "mooring.snapshotMetadataAddress" -}}
{{- .Values.snapshotMetadata.address | default (printf "%s-snapshot-metadata.%s.svc:9760" (include "mooring.fullname" .) .Release.Namespace) -}}
{{- end -}}

{{- define "mooring.snapshotMetadataTlsSecret" -}}
{{- if eq .Values.tls.mode "secrets" -}}
{{- .Values.tls.secrets.snapshotMetadata -}}
{{- else -}}
{{- include "mooring.fullname" . }}-snapshot-metadata-tls
{{- end -}}
{{- end -}}

{{- /*
The sidecar. It has no leader: each replica serves. It has no readiness probe, since a pod that is not ready is taken from NodeLink,
too; callers try again.
*/ -}}
{{- define "mooring.snapshotMetadataContainer" -}}
{{- $root := . -}}
{{- with .Values.snapshotMetadata }}
- name: csi-snapshot-metadata
  image: {{ include "mooring.sidecarImage" (dict "root" $root "image" .image) }}
  imagePullPolicy: {{ $root.Values.image.pullPolicy }}
  args:
    - --csi-address=/run/mooring/controller.sock
    - --port=9760
    - --tls-cert=/etc/snapshot-metadata/tls/tls.crt
    - --tls-key=/etc/snapshot-metadata/tls/tls.key
    - --http-endpoint=:9759
    # As long as the controller lets one go on.
    - --max-streaming-duration-min=15
    - --kube-api-qps=20
    - --kube-api-burst=40
    - --v={{ .logVerbosity }}
    {{- range .extraArgs }}
    - {{ . | quote }}
    {{- end }}
  ports:
    - name: metadata
      containerPort: 9760
    - name: metadata-http
      containerPort: 9759
  securityContext:
    {{- include "mooring.unprivileged" $root | nindent 4 }}
  resources:
    {{- toYaml .resources | nindent 4 }}
  volumeMounts:
    - name: socket
      mountPath: /run/mooring
    - name: snapshot-metadata-tls
      mountPath: /etc/snapshot-metadata/tls
      readOnly: true
{{- end }}
{{- end -}}
