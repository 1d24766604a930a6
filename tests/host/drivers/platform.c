/* SPDX-License-Identifier: MIT OR GPL-2.0 */
/*
 * A platform device with its driver: an attribute, managed memory, an action at the end; and a kset with two
 * kobjects in it. Loaded here and on Linux it says and shows the same.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

/* --- the driver --- */

struct counter {
	int value;
	struct device *dev;
};

static ssize_t value_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	struct counter *c = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", c->value);
}

static ssize_t value_store(struct device *dev, struct device_attribute *attr, const char *buf,
			   size_t count)
{
	struct counter *c = dev_get_drvdata(dev);

	return kstrtoint(buf, 0, &c->value) ?: count;
}
static DEVICE_ATTR_RW(value);
static struct attribute *counter_attrs[] = { &dev_attr_value.attr, NULL };
ATTRIBUTE_GROUPS(counter);

static void last_value(void *data)
{
	struct counter *c = data;

	dev_info(c->dev, "the last value was %d\n", c->value);
}

static int counter_probe(struct platform_device *pdev)
{
	struct counter *c = devm_kzalloc(&pdev->dev, sizeof(*c), GFP_KERNEL);

	if (!c)
		return -ENOMEM;
	c->dev = &pdev->dev;
	c->value = *(int *)dev_get_platdata(&pdev->dev);
	platform_set_drvdata(pdev, c);
	dev_info(&pdev->dev, "probed\n");
	return devm_add_action_or_reset(&pdev->dev, last_value, c);
}

static void counter_remove(struct platform_device *pdev)
{
	dev_info(&pdev->dev, "removed\n");
}

static struct platform_driver counter_driver = {
	.probe = counter_probe,
	.remove = counter_remove,
	.driver = { .name = "counter", .dev_groups = counter_groups },
};

/* --- the kset --- */

struct foo {
	struct kobject kobj;
	int number;
};

static ssize_t number_show(struct kobject *kobj, struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", container_of(kobj, struct foo, kobj)->number);
}

static struct kobj_attribute number_attr = __ATTR_RO(number);
static struct attribute *foo_attrs[] = { &number_attr.attr, NULL };
ATTRIBUTE_GROUPS(foo);

static void foo_release(struct kobject *kobj)
{
	struct foo *foo = container_of(kobj, struct foo, kobj);

	pr_info("foo %d is released\n", foo->number);
	kfree(foo);
}

static const struct kobj_type foo_ktype = {
	.release = foo_release, .sysfs_ops = &kobj_sysfs_ops, .default_groups = foo_groups
};

static struct kset *foos;
static struct foo *foo[2];
static struct platform_device *device;

static int add_foo(int i)
{
	foo[i] = kzalloc(sizeof(*foo[i]), GFP_KERNEL);
	if (!foo[i])
		return -ENOMEM;
	foo[i]->number = i;
	foo[i]->kobj.kset = foos;
	return kobject_init_and_add(&foo[i]->kobj, &foo_ktype, NULL, "foo%d", i);
}

static void remove_all(void)
{
	int i;

	for (i = 1; i >= 0; i--)
		if (foo[i])
			kobject_put(&foo[i]->kobj);
	kset_unregister(foos);
	platform_device_unregister(device);
	platform_driver_unregister(&counter_driver);
}

static int __init platform_example_init(void)
{
	int start = 42, err = platform_driver_register(&counter_driver);

	if (err)
		return err;
	device = platform_device_register_data(NULL, "counter", 7, &start, sizeof(start));
	foos = kset_create_and_add("foos", NULL, kernel_kobj);
	err = IS_ERR(device) ? PTR_ERR(device) : foos ? 0 : -ENOMEM;
	if (!err)
		err = add_foo(0);
	if (!err)
		err = add_foo(1);
	if (err)
		remove_all();
	return err;
}

static void __exit platform_example_exit(void)
{
	remove_all();
}

module_init(platform_example_init);
module_exit(platform_example_exit);
MODULE_LICENSE("Dual MIT/GPL");
