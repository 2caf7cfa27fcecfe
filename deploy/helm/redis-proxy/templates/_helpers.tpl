{{- define "redis-proxy.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- /* "<release>-redis-proxy", or the release's own name if that says so already; 57 characters, since "-admin" may follow */ -}}
{{- define "redis-proxy.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 57 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 57 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 57 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "redis-proxy.selector" -}}
app.kubernetes.io/name: {{ include "redis-proxy.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "redis-proxy.labels" -}}
{{ include "redis-proxy.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "redis-proxy.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "redis-proxy.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- /* A number of YAML is a float for templates: 1000000 would become 1e+06. */ -}}
{{- define "redis-proxy.text" -}}
{{- if and (kindIs "float64" .) (eq . (floor .)) -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- end -}}

{{- /* The settings of the proxy, as the ConfigMap holds them; also what the pods' checksum is made of */ -}}
{{- define "redis-proxy.settings" -}}
# The kubelet and Prometheus reach the admin port by the pod's address.
ADMIN_HOST: "0.0.0.0"
ADMIN_PORT: {{ .Values.ports.admin | quote }}
DRAIN_DELAY: {{ .Values.drainDelaySeconds | quote }}
PROXY_PORT: {{ .Values.ports.http | quote }}
TCP_PORT: {{ .Values.ports.resp | quote }}
{{- if .Values.redis.url }}
REDIS_URL: {{ .Values.redis.url | quote }}
{{- else }}
REDIS_HOST: {{ .Values.redis.host | quote }}
REDIS_PORT: {{ .Values.redis.port | quote }}
{{- end }}
{{- if .Values.redis.passwordSecret.name }}
REDIS_PASSWORD_FILE: {{ printf "/etc/redis-proxy/%s" .Values.redis.passwordSecret.key | quote }}
{{- end }}
{{- if .Values.users.secret }}
{{- if hasKey .Values.settings "ACL_FILE" }}
{{- fail "users.secret: settings.ACL_FILE names another file (expected: one of the two)" }}
{{- end }}
ACL_FILE: {{ printf "/etc/redis-proxy-users/%s" .Values.users.key | quote }}
{{- end }}
{{- range $name, $value := .Values.settings }}
{{ $name }}: {{ include "redis-proxy.text" $value | quote }}
{{- end }}
{{- end -}}
