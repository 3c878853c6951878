// Reads what `helm template` made and takes nothing that Kubernetes does not know: each object as its type, with every field.
// What refers to something else in it must find that there. Writes the larder.yaml of the ConfigMap to a file.
//
//	manifests RENDERED LARDER-YAML
//
// SPDX-License-Identifier: Apache-2.0
package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	monitoring "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
	apps "k8s.io/api/apps/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	policy "k8s.io/api/policy/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/json"
	strict "sigs.k8s.io/yaml"
)

type chart struct {
	set     *apps.StatefulSet
	config  *core.ConfigMap
	objects []meta.Object
}

// typed returns an empty object of the kind.
func typed(kind meta.TypeMeta) (meta.Object, error) {
	switch kind.APIVersion + " " + kind.Kind {
	case "apps/v1 StatefulSet":
		return &apps.StatefulSet{}, nil
	case "v1 ConfigMap":
		return &core.ConfigMap{}, nil
	case "v1 Service":
		return &core.Service{}, nil
	case "v1 ServiceAccount":
		return &core.ServiceAccount{}, nil
	case "policy/v1 PodDisruptionBudget":
		return &policy.PodDisruptionBudget{}, nil
	case "networking.k8s.io/v1 NetworkPolicy":
		return &networking.NetworkPolicy{}, nil
	case "monitoring.coreos.com/v1 ServiceMonitor":
		return &monitoring.ServiceMonitor{}, nil
	}
	return nil, fmt.Errorf("%s %s is not a kind that the chart should have", kind.APIVersion, kind.Kind)
}

// parse reads one document; fields that are not the type's, differ in case or are there twice are errors.
func parse(document []byte) (meta.Object, error) {
	text, err := strict.YAMLToJSONStrict(document)
	if err != nil {
		return nil, err
	}
	var kind meta.TypeMeta
	if err := json.UnmarshalCaseSensitivePreserveInts(text, &kind); err != nil {
		return nil, err
	}
	object, err := typed(kind)
	if err != nil {
		return nil, err
	}
	unknown, err := json.UnmarshalStrict(text, object)
	if err = errors.Join(append(unknown, err)...); err != nil {
		return nil, fmt.Errorf("%s: %w", kind.Kind, err)
	}
	if object.GetName() == "" {
		return nil, fmt.Errorf("%s: no name", kind.Kind)
	}
	return object, nil
}

func read(file string) (chart, error) {
	var all chart
	stream, err := os.Open(file)
	if err != nil {
		return all, err
	}
	defer stream.Close()
	documents := yaml.NewYAMLReader(bufio.NewReader(stream))
	for {
		document, err := documents.Read()
		if err == io.EOF {
			return all, nil
		}
		if err != nil {
			return all, err
		}
		if len(bytes.TrimSpace(document)) == 0 {
			continue
		}
		object, err := parse(document)
		if err != nil {
			return all, err
		}
		switch it := object.(type) {
		case *apps.StatefulSet:
			all.set = it
		case *core.ConfigMap:
			all.config = it
		}
		all.objects = append(all.objects, object)
	}
}

// port says whether pods have a port of that name.
func (c chart) port(name string) error {
	for _, container := range c.set.Spec.Template.Spec.Containers {
		for _, port := range container.Ports {
			if port.Name == name {
				return nil
			}
		}
	}
	return fmt.Errorf("pods have no port %q", name)
}

// selects says whether the selector means this chart's pods.
func (c chart) selects(selector map[string]string) error {
	if len(selector) == 0 || !labels.SelectorFromSet(selector).Matches(labels.Set(c.set.Spec.Template.Labels)) {
		return fmt.Errorf("%v does not select the pods", selector)
	}
	return nil
}

// service finds the one that all these labels are on.
func (c chart) service(selector map[string]string) error {
	for _, object := range c.objects {
		if it, ok := object.(*core.Service); ok && labels.SelectorFromSet(selector).Matches(labels.Set(it.Labels)) {
			return nil
		}
	}
	return fmt.Errorf("no Service has the labels %v", selector)
}

// check follows what refers to something else.
func (c chart) check(object meta.Object) error {
	var failures []error
	see := func(err error) { failures = append(failures, err) }
	switch it := object.(type) {
	case *apps.StatefulSet:
		see(c.selects(it.Spec.Selector.MatchLabels))
		see(volumes(it))
		for _, probe := range []*core.Probe{it.Spec.Template.Spec.Containers[0].LivenessProbe, it.Spec.Template.Spec.Containers[0].ReadinessProbe} {
			see(c.port(probe.HTTPGet.Port.StrVal))
		}
	case *core.Service:
		see(c.selects(it.Spec.Selector))
		for _, port := range it.Spec.Ports {
			see(c.port(port.TargetPort.StrVal))
		}
	case *policy.PodDisruptionBudget:
		see(c.selects(it.Spec.Selector.MatchLabels))
	case *networking.NetworkPolicy:
		see(c.selects(it.Spec.PodSelector.MatchLabels))
		for _, rule := range it.Spec.Ingress {
			for _, port := range rule.Ports {
				see(c.port(port.Port.StrVal))
			}
		}
	case *monitoring.ServiceMonitor:
		see(c.service(it.Spec.Selector.MatchLabels))
	}
	return errors.Join(failures...)
}

// volumes says whether each mount has its volume.
func volumes(set *apps.StatefulSet) error {
	known := map[string]bool{}
	for _, volume := range set.Spec.Template.Spec.Volumes {
		known[volume.Name] = true
	}
	for _, claim := range set.Spec.VolumeClaimTemplates {
		known[claim.Name] = true
	}
	for _, mount := range set.Spec.Template.Spec.Containers[0].VolumeMounts {
		if !known[mount.Name] {
			return fmt.Errorf("no volume %q", mount.Name)
		}
	}
	return nil
}

func run(rendered, config string) error {
	all, err := read(rendered)
	if err != nil {
		return err
	}
	if all.set == nil || all.config == nil {
		return errors.New("no StatefulSet, or no ConfigMap")
	}
	for _, object := range all.objects {
		if err := all.check(object); err != nil {
			return fmt.Errorf("%T %s: %w", object, object.GetName(), err)
		}
	}
	fmt.Printf("%d objects\n", len(all.objects))
	return os.WriteFile(config, []byte(all.config.Data["larder.yaml"]), 0o644)
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: manifests RENDERED LARDER-YAML")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
