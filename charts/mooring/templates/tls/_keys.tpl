{{- /*
An elliptic-curve key as Go writes it (SEC 1, "EC PRIVATE KEY", P-256) in the form that Java reads (PKCS#8, "PRIVATE KEY").
For this curve Go's form is always 121 bytes long, so PKCS#8 is a constant head in front of it: version 0, the algorithm
id-ecPublicKey on prime256v1, and the octet string that holds the 121 bytes.
*/ -}}
{{- define "mooring.pkcs8" -}}
{{- $body := . | replace "-----BEGIN EC PRIVATE KEY-----" "" | replace "-----END EC PRIVATE KEY-----" "" | replace "\n" "" -}}
{{- $head := "MIGTAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBHk=" | b64dec -}}
{{- $der := printf "%s%s" $head ($body | b64dec) | b64enc -}}
-----BEGIN PRIVATE KEY-----
{{ regexReplaceAll "(.{64})" $der "${1}\n" | trim }}
-----END PRIVATE KEY-----
{{ end -}}
