{{- define "larder.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "larder.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "larder.labels" -}}
{{ include "larder.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "larder.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "larder.name" .) }}
{{- else }}{{ .Values.serviceAccount.name | default "default" }}
{{- end }}
{{- end }}

{{- /* The guarded listener's port, or nothing where there is none. */}}
{{- define "larder.guardedPort" -}}
{{- with .Values.config.larder.guarded }}{{ .port | default 5443 }}{{ end }}
{{- end }}

{{- define "larder.config" -}}
{{- if and .Values.bucket.existingSecret (not .Values.config.larder.bucket) }}
{{- fail "bucket.existingSecret is for a bucket: name one by config.larder.bucket" }}
{{- end }}
{{- toYaml .Values.config }}
{{- end }}
