package kube

import "strconv"

// Amount reads a quantity (k8s.io/apimachinery/pkg/api/resource).
func Amount(s string) (float64, bool) {
	digits := 0
	for digits < len(s) && (s[digits] >= '0' && s[digits] <= '9' || s[digits] == '.' || digits == 0 && s[digits] == '-') {
		digits++
	}
	factor, ok := map[string]float64{
		"": 1, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "P": 1e15,
		"Ki": 1 << 10, "Mi": 1 << 20, "Gi": 1 << 30, "Ti": 1 << 40, "Pi": 1 << 50,
	}[s[digits:]]
	n, err := strconv.ParseFloat(s[:digits], 64)
	return n * factor, ok && err == nil
}
