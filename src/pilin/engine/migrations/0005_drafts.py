from django.db import migrations, models
import django.db.models.deletion
import django.utils.timezone


class Migration(migrations.Migration):

    dependencies = [
        ('loop', '0004_colleagues'),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('person', models.CharField(max_length=40)),
                ('kind', models.CharField(max_length=30)),
                ('matter', models.BigIntegerField(default=0)),
                ('step', models.CharField(max_length=60)),
                ('token', models.CharField(max_length=43, unique=True)),
                ('answers', models.TextField(blank=True)),
                ('ready', models.BooleanField(default=False)),
                ('recorded', models.BigIntegerField(null=True)),
                ('changed', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'indexes': [models.Index(fields=['changed'], name='draft_changed')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('recorded__isnull', True)), fields=('person', 'kind', 'matter', 'step'), name='draft_once')],
            },
        ),
        migrations.CreateModel(
            name='DraftFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=32, unique=True)),
                ('name', models.CharField(max_length=100)),
                ('type', models.CharField(max_length=100)),
                ('size', models.BigIntegerField()),
                ('sha256', models.CharField(max_length=64)),
                ('draft', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='loop.draft')),
            ],
        ),
    ]
