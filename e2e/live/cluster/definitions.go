package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// define adds the custom resources in the cache, and waits until they are served.
func (c *Cluster) define() error {
	files, err := filepath.Glob(filepath.Join(c.Cache.Definitions(), "*"))
	if err != nil {
		return err
	}
	for _, file := range files {
		if err := c.defineFile(file); err != nil {
			return fmt.Errorf("%s: %w", filepath.Base(file), err)
		}
	}
	return c.Eventually(time.Minute, "all custom resources are served", c.established)
}

func (c *Cluster) defineFile(file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	objects, err := Parse(text, "")
	if err != nil {
		return err
	}
	for _, o := range objects {
		if o.Kind == "CustomResourceDefinition" {
			err = errors.Join(err, c.Apply(c.ctx, o))
		}
	}
	return err
}

func (c *Cluster) established(ctx context.Context) error {
	var list struct {
		Items []struct {
			Metadata struct{ Name string }
			Status   struct {
				Conditions []struct{ Type, Status string }
			}
		}
	}
	if err := c.Get(ctx, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", &list); err != nil {
		return err
	}
	var waiting []string
	for _, d := range list.Items {
		is := false
		for _, one := range d.Status.Conditions {
			is = is || one.Type == "Established" && one.Status == "True"
		}
		if !is {
			waiting = append(waiting, d.Metadata.Name)
		}
	}
	if len(waiting) > 0 {
		return errors.New(strings.Join(waiting, ", "))
	}
	return nil
}
