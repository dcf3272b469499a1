package metrics

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/cutoverdev/cutover/cmd/internal/ask"
	"github.com/stretchr/testify/require"
)

// TestSigned: questions to the address of the caller are signed for Amazon's service, and
// those to another one, which a Release names, bear nothing.
func TestSigned(t *testing.T) {
	var seen []http.Header
	answers := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		require.Equal(t, "up", r.FormValue("query"))
		seen = append(seen, r.Header)
		fmt.Fprint(w, `{"status":"success","data":{"resultType":"vector","result":[]}}`)
	})
	own, other := httptest.NewServer(answers), httptest.NewServer(answers)
	defer own.Close()
	defer other.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIA7")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	file := filepath.Join(t.TempDir(), "aws.yml")
	require.NoError(t, os.WriteFile(file, []byte("sigv4: {region: eu-central-1}\n"), 0o600))
	for _, q := range []ask.Question{{Query: "up"}, {Query: "up", Address: other.URL}} {
		answers, err := NewSource().Answer(ask.Request{Address: own.URL, Config: file, Timeout: 10 * time.Second, Questions: []ask.Question{q}})
		require.NoError(t, err)
		require.Empty(t, answers[0].Error)
	}
	require.Len(t, seen, 2)
	require.Regexp(t, `^AWS4-HMAC-SHA256 Credential=AKIA7/\d{8}/eu-central-1/aps/aws4_request, SignedHeaders=.*, Signature=[0-9a-f]{64}$`,
		seen[0].Get("Authorization"))
	require.NotEmpty(t, seen[0].Get("X-Amz-Date"))
	require.Empty(t, seen[1].Get("Authorization"))
	require.Empty(t, seen[1].Get("X-Amz-Date"))
}

// TestCredentialsFile: what a file may say.
func TestCredentialsFile(t *testing.T) {
	for text, want := range map[string]string{
		"":                                  "",
		"authorization: {credentials: abc}": "",
		"basic_auth: {username: a, password: b}\ntls_config: {insecure_skip_verify: true}": "",
		"sigv4: {region: eu-central-1, role_arn: 'arn:aws:iam::1:role/x'}":                 "",
		"sigv4: {region: x, acces_key: y}":                                                 "field acces_key not found",
		"sigv4: {access_key: y}":                                                           "must provide a AWS SigV4 Access key and Secret Key",
		"sigv4: {region: x}\nbasic_auth: {username: a, password: b}":                       "sigv4 signs every question, and excludes",
		"bearer: x": "field bearer not found",
		"basic_auth: {username: a}\nauthorization: {credentials: abc}": "at most one of",
	} {
		file := filepath.Join(t.TempDir(), "c.yml")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		_, err := readCredentials(file)
		if want == "" {
			require.NoError(t, err, text)
			continue
		}
		require.ErrorContains(t, err, want, text)
		require.ErrorContains(t, err, file)
	}
	_, err := readCredentials("/nowhere/c.yml")
	require.ErrorContains(t, err, "no such file")
}
